// Part of godwit. SPDX-License-Identifier: Apache-2.0

@testable import BackendS3

/// AWS's shared files: whatever is in them, what is read is read again the same when it is written plainly.
enum SharedConfigurationTarget: FuzzTarget {
    static let name = "aws-configuration"
    static let lengthMax = 1024

    static let seeds = [
        "[default]\naws_access_key_id = K # c\naws_secret_access_key=S\n[profile x]\ns3 =\n  endpoint_url = http://h\n",
        "[ services  \"y\" ]\ns3 = \n\tregion= r\n; c\n[broken\na=b\n",
    ]

    static let dictionary = [
        "[", "]", "=", "#", ";", "\n", "\r\n", "\n ", "\n\t", "profile ", "default", "\"", "'", " # ", "\u{301}",
        "\u{feff}", "\u{a0}",
    ]

    static func check(_ input: [UInt8]) throws {
        let file = SharedConfigurationFile(String(decoding: input, as: UTF8.self))
        for (section, values) in file.sections {
            try require(!section.contains { $0 == "]" || $0.isNewline }, "the section \(section)")
            for (name, value) in values {
                try require(
                    !name.contains { $0.isNewline } && !value.contains { $0.isNewline }, "a line break in a value")
                try require(name == name.lowercased(), "the name \(name) is not in lower case")
            }
        }
    }
}
