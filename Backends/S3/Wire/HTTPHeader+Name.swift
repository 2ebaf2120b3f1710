// Part of godwit. SPDX-License-Identifier: Apache-2.0

import HTTPTransport

extension HTTPHeader {
    /// Whether the header's name is `name`, which is given in lower case.
    func isNamed(_ name: StaticString) -> Bool {
        let count = name.utf8CodeUnitCount
        guard self.name.utf8.count == count else { return false }
        return hasPrefix(name)
    }

    /// Whether the header's name begins with `prefix`, which is given in lower case.
    private func hasPrefix(_ prefix: StaticString) -> Bool {
        let (count, start) = (prefix.utf8CodeUnitCount, prefix.utf8Start)
        return name.utf8.withContiguousStorageIfAvailable { name in
            guard name.count >= count else { return false }
            for index in 0..<count {
                let byte = name[index]
                guard (byte >= 65 && byte <= 90 ? byte | 0x20 : byte) == start[index] else { return false }
            }
            return true
        } ?? false
    }

    /// What follows `prefix` (given in lower case) in the header's name, in lower case; nil without that prefix.
    func suffix(after prefix: StaticString) -> String? {
        let count = prefix.utf8CodeUnitCount
        guard name.utf8.count > count, hasPrefix(prefix) else { return nil }
        return String(decoding: name.utf8.dropFirst(count), as: UTF8.self).lowercased()
    }
}
