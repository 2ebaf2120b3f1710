// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// The header fields of an answer (RFC 9110, section 5) in the order received.
///
/// Their bytes stay in one array: an answer has a dozen fields, most of which nobody asks for, and a text of each name and
/// value would be most of what a small answer costs.
package struct HTTPFields: Sendable, Equatable, ExpressibleByArrayLiteral {
    /// Where in the bytes a name begins, its value begins, and the value ends.
    private struct Place: Equatable {
        var name: Int
        var value: Int
        var end: Int

        func field(_ bytes: UnsafeRawBufferPointer) -> HTTPField {
            HTTPField(
                name: UnsafeRawBufferPointer(rebasing: bytes[name..<value]),
                value: UnsafeRawBufferPointer(rebasing: bytes[value..<end]))
        }
    }

    private var bytes: [UInt8] = []
    private var places: [Place] = []

    package init() {}

    package init(_ headers: [HTTPHeader]) {
        for header in headers { append(header.name.utf8, header.value.utf8) }
    }

    package init(arrayLiteral headers: HTTPHeader...) { self.init(headers) }

    mutating func append(_ name: some Collection<UInt8>, _ value: some Collection<UInt8>) {
        let start = bytes.count
        bytes.append(contentsOf: name)
        let middle = bytes.count
        bytes.append(contentsOf: value)
        places.append(Place(name: start, value: middle, end: bytes.count))
    }

    /// Continues the value of the last field behind a space; nothing where there is none.
    mutating func fold(_ more: some Collection<UInt8>) {
        guard let last = places.indices.last else { return }
        bytes.append(UInt8(ascii: " "))
        bytes.append(contentsOf: more)
        places[last].end = bytes.count
    }

    /// Forgets all, with room for what answers usually have.
    mutating func reset() {
        bytes.removeAll(keepingCapacity: true)
        places.removeAll(keepingCapacity: true)
        bytes.reserveCapacity(512)
        places.reserveCapacity(16)
    }

    /// Calls `body` with each field, which is valid during that call only.
    package func forEach(_ body: (HTTPField) -> Void) {
        bytes.withUnsafeBytes { bytes in
            for place in places { body(place.field(bytes)) }
        }
    }

    /// The value of the first field of that name, which is given in lower case.
    package subscript(_ name: StaticString) -> String? {
        bytes.withUnsafeBytes { bytes in
            places.lazy.map { $0.field(bytes) }.first { $0.isNamed(name) }?.text
        }
    }
}

/// One header field, in bytes that belong to others.
package struct HTTPField {
    package let name: UnsafeRawBufferPointer
    package let value: UnsafeRawBufferPointer

    /// The value, with U+FFFD for what is not UTF-8.
    package var text: String { String(decoding: value, as: UTF8.self) }

    /// Whether this is the field's name, whatever its case; `lowercase` is given in lower case.
    package func isNamed(_ lowercase: StaticString) -> Bool {
        name.count == lowercase.utf8CodeUnitCount && begins(with: lowercase)
    }

    /// What follows `prefix` (given in lower case) in the name; nil without that prefix, or when nothing follows.
    package func suffix(after prefix: StaticString) -> UnsafeRawBufferPointer? {
        let count = prefix.utf8CodeUnitCount
        guard name.count > count, begins(with: prefix) else { return nil }
        return UnsafeRawBufferPointer(rebasing: name[count...])
    }

    private func begins(with lowercase: StaticString) -> Bool {
        let start = lowercase.utf8Start
        for index in 0..<lowercase.utf8CodeUnitCount {
            let byte = name[index]
            guard (byte >= 65 && byte <= 90 ? byte | 0x20 : byte) == start[index] else { return false }
        }
        return true
    }
}
