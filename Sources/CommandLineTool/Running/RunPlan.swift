// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Godwit
internal import StorageModel
internal import SyncEngine

/// Where a run reads and writes, once both locations are open.
struct RunPlan {
    /// How the target is named.
    enum Naming: Sendable {
        /// A prefix or directory; a single source object keeps its name under it.
        case directory
        /// One object, by its exact name.
        case exact
        /// As `cp` guesses: exact for a single source object and a target without trailing slash.
        case guess
    }

    var source: SyncLocation
    var target: SyncLocation
    var isSingleObject: Bool
    var sourceName: String
    var targetName: String

    static func open(
        _ session: Session, from source: String, to target: String, naming: Naming
    ) async throws -> RunPlan {
        let from = try await session.open(source, as: .source, expecting: naming == .exact ? .object : .lookUp)
        let isObject = if case .object = from.form { true } else { false }
        let isExact = naming == .exact || naming == .guess && isObject && !target.hasSuffix("/")
        let into = try await session.open(target, as: .target, expecting: isExact ? .object : .prefix)
        guard let fromBackend = from.backend, let intoBackend = into.backend else {
            let account = from.backend == nil ? from : into
            throw ValidationError("\(account.display) names a whole account: name a bucket.")
        }
        switch (from.form, into.form) {
        case (.prefix(let fromPrefix), .prefix(let intoPrefix)):
            return RunPlan(
                source: SyncLocation(backend: fromBackend, prefix: fromPrefix),
                target: SyncLocation(backend: intoBackend, prefix: intoPrefix),
                isSingleObject: false, sourceName: from.display, targetName: into.display)
        case (.object(let key), let form):
            let exact: ObjectKey = switch form {
            case .object(let target): target
            case .prefix(let prefix): key.lastComponent.prefixed(by: prefix)
            case .account: .root
            }
            return try single(key, in: fromBackend, exact, in: intoBackend, names: (from.display, into.display))
        case (.prefix, .object), (.account, _), (_, .account):
            throw ValidationError(
                "\(from.display) is not one object: name one, or end the target in a slash to mean a directory.")
        }
    }

    private static func single(
        _ key: ObjectKey, in source: any Backend, _ exact: ObjectKey, in target: any Backend, names: (String, String)
    ) throws -> RunPlan {
        if source.identity == target.identity, key == exact {
            throw StorageError(
                .alreadyExists, during: .validate, at: names.0, key: key,
                message: "source and target are the same object")
        }
        let name = key.lastComponent
        let prefix = ObjectKey(key.bytes.prefix(key.bytes.count - name.bytes.count))
        return RunPlan(
            source: SyncLocation(backend: SingleObjectBackend(source, object: key), prefix: prefix),
            target: SyncLocation(backend: SingleObjectBackend(target, object: exact, shownAs: name)),
            isSingleObject: true, sourceName: names.0, targetName: names.1)
    }
}
