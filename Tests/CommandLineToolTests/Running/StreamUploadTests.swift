// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Testing

@testable import CommandLineTool

struct StreamUploadTests {
    /// The part that is read counts as well: the parts of 8 MiB that 64 MiB hold are seven on their way and one being filled.
    @Test(arguments: [
        (8, 64, nil, 7), (8, 64, 3, 3), (8, 64, 100, 7), (16, 64, nil, 3), (512, 64, nil, 1), (8, 8, 5, 1),
    ])
    func takesAsManyPartsAsMemoryHolds(partMiB: Int64, memoryMiB: Int64, asked: Int?, parts: Int) {
        #expect(StreamUpload.partsInFlight(partMiB << 20, memoryMax: memoryMiB << 20, asked: asked) == parts)
    }
}
