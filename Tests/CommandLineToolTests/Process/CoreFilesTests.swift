// Part of godwit. SPDX-License-Identifier: Apache-2.0

import CLinux
import Testing

@testable import CommandLineTool

@Suite struct CoreFilesTests {
    @Test func theKernelWritesNone() {
        CoreFiles.forbid()
        #expect(godwit_may_dump() == 0)
    }
}
