// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// The statements of a policy that allows some grants and nothing else
/// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html).
public struct PolicyDocument: Sendable, Hashable {
    public struct Statement: Sendable, Hashable {
        public var actions: [String]
        public var resources: [String]
        public var condition: Condition?
    }

    public enum Condition: Sendable, Hashable {
        /// What is listed begins with this, in which `*` stands for anything.
        case prefix(String)
        /// The key has this alias.
        case keyAlias(String)
        /// Sessions are of this mode.
        case sessionMode(String)
    }

    public var statements: [Statement] = []

    /// - Parameter grants: In any order, also more than once.
    public init(_ grants: [AccessGrant]) {
        struct Reach: Hashable {
            var resources: [String]
            var condition: Condition?
        }
        var reaches: [Reach] = []
        var permissions: [Reach: Set<Permission>] = [:]
        for grant in grants.sorted(by: { $0.permission.rank < $1.permission.rank }) {
            let (resources, condition) = Self.reach(of: grant)
            let reach = Reach(resources: resources, condition: condition)
            if permissions[reach] == nil { reaches.append(reach) }
            permissions[reach, default: []].insert(grant.permission)
        }
        for reach in reaches {
            let actions = permissions[reach, default: []].sorted { $0.rank < $1.rank }.map(\.rawValue)
            let same = statements.firstIndex { $0.actions == actions && $0.condition == reach.condition }
            if let same {
                statements[same].resources += reach.resources.filter { !statements[same].resources.contains($0) }
            } else {
                statements.append(
                    Statement(actions: actions, resources: reach.resources, condition: reach.condition))
            }
        }
    }

    private static func reach(of grant: AccessGrant) -> ([String], Condition?) {
        switch grant.subject {
        case .account: return (["*"], nil)
        case .encryptionKey(let key): return ([key.resource], key.alias.map { .keyAlias($0) })
        case .place(let place):
            switch grant.permission.scope {
            case .account, .encryptionKey: return (["*"], nil)
            case .bucket: return ([place.bucketName], nil)
            case .session: return ([place.bucketName], place.isOnlyRead ? .sessionMode("ReadOnly") : nil)
            case .listing: return ([place.bucketName], place.listedPrefix.map { .prefix($0) })
            case .objects: return (place.objectNames, nil)
            }
        }
    }
}
