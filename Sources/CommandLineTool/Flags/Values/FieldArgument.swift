// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import StorageModel

/// `NAME=VALUE`, a system header or user metadata.
struct FieldArgument: ExpressibleByArgument, Sendable {
    let field: ObjectMetadata.UserField

    init?(argument: String) {
        guard let equals = argument.firstIndex(of: "="), equals > argument.startIndex else { return nil }
        field = .init(name: argument[..<equals].lowercased(), value: String(argument[argument.index(after: equals)...]))
        guard field.isSendable else { return nil }
    }
}

/// `NAME: VALUE`, as HTTP writes it: a system header, or user metadata as `x-amz-meta-NAME`.
struct HeaderArgument: ExpressibleByArgument, Sendable {
    let field: ObjectMetadata.UserField

    init?(argument: String) {
        guard let colon = argument.firstIndex(of: ":") else { return nil }
        let name = argument[..<colon].lowercased(), prefix = "x-amz-meta-"
        let value = argument[argument.index(after: colon)...].drop { $0 == " " }
        if name.hasPrefix(prefix) {
            field = .init(name: String(name.dropFirst(prefix.count)), value: String(value))
        } else if ObjectMetadata.isHeader(name) {
            field = .init(name: name, value: String(value))
        } else {
            return nil
        }
        guard field.isSendable else { return nil }
    }
}

/// `FROM=TO,...`: the storage class to write for each of a source's.
struct ClassMapArgument: ExpressibleByArgument, Sendable {
    let map: [String: String]

    init?(argument: String) {
        var map: [String: String] = [:]
        for pair in argument.split(separator: ",", omittingEmptySubsequences: false) {
            guard let equals = pair.firstIndex(of: "="), equals > pair.startIndex else { return nil }
            map[pair[..<equals].uppercased()] = pair[pair.index(after: equals)...].uppercased()
        }
        self.map = map
    }
}
