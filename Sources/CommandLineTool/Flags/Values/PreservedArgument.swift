// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import StorageModel

/// A list of what travels with an object: `tags,acl`.
struct PreservedArgument: ExpressibleByArgument, Sendable {
    enum Kind: String, CaseIterable, Sendable {
        case metadata, tags, acl, lock
        case storageClass = "storage-class"
        case times, xattrs, permissions

        /// What of an object it means; none for what concerns files alone.
        var attributes: Attributes {
            switch self {
            case .metadata: [.metadata, .redirect]
            case .tags: .tags
            case .acl: .access
            case .lock: .lock
            case .storageClass: .storageClass
            case .times: .times
            case .xattrs, .permissions: []
            }
        }
    }

    let kinds: Set<Kind>

    init?(argument: String) {
        var kinds: Set<Kind> = []
        for name in argument.split(separator: ",", omittingEmptySubsequences: false) {
            guard let kind = Kind(rawValue: String(name)) else { return nil }
            kinds.insert(kind)
        }
        self.kinds = kinds
    }

    static var allValueStrings: [String] { Kind.allCases.map(\.rawValue) }

    var attributes: Attributes { kinds.reduce(into: []) { $0.formUnion($1.attributes) } }
}
