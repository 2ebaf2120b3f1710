// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Testing

@testable import CommandLineTool

@Suite struct LeadingFlagsTests {
    @Test(
        arguments: [
            (["--config", "f", "ls", "x"], ["ls", "--config", "f", "x"]),
            (["-v", "rm", "-n", "x"], ["rm", "-v", "-n", "x"]),
            (["--config", "f", "remote", "list"], ["remote", "list", "--config", "f"]),
            (["ls", "--config", "f", "x"], ["ls", "--config", "f", "x"]),
            (["--version"], ["--version"]), (["--help", "ls"], ["--help", "ls"]), (["--nonsense"], ["--nonsense"]),
            ([], []),
        ])
    func moved(_ given: [String], _ expected: [String]) {
        #expect(LeadingFlags.moved(given) == expected)
    }
}
