// Part of godwit. SPDX-License-Identifier: Apache-2.0

import HTTPTransport

extension HTTPHeader {
    /// Whether the header's name is `name`, which is given in lower case.
    func isNamed(_ name: StaticString) -> Bool {
        let count = name.utf8CodeUnitCount
        guard self.name.utf8.count == count else { return false }
        var index = 0
        for byte in self.name.utf8 {
            let lower = byte >= 65 && byte <= 90 ? byte | 0x20 : byte
            guard lower == name.utf8Start[index] else { return false }
            index += 1
        }
        return true
    }

    /// What follows `prefix` (given in lower case) in the header's name, in lower case; nil without that prefix.
    func suffix(after prefix: StaticString) -> String? {
        let count = prefix.utf8CodeUnitCount
        guard name.utf8.count > count else { return nil }
        var index = 0
        for byte in name.utf8.prefix(count) {
            let lower = byte >= 65 && byte <= 90 ? byte | 0x20 : byte
            guard lower == prefix.utf8Start[index] else { return nil }
            index += 1
        }
        return String(decoding: name.utf8.dropFirst(count), as: UTF8.self).lowercased()
    }
}
