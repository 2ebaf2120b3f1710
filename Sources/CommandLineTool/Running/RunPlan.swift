// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Godwit
internal import StorageModel
internal import SyncEngine

/// Where a run reads and writes, once both locations are open.
struct RunPlan: Sendable {
    /// How the target is named.
    enum Naming: Sendable {
        /// A prefix or directory; a single source object keeps its name under it.
        case directory
        /// One object, by its exact name.
        case exact
        /// As `cp` guesses: exact for a single source object and a target without trailing slash.
        case guess
        /// As it is found: an object where there is one, else a prefix. What is compared exists.
        case found
    }

    /// One object, by its whole keys on both sides.
    struct SingleObject: Sendable {
        var source: ObjectKey
        var target: ObjectKey
    }

    var source: SyncLocation
    var target: SyncLocation
    /// Nil: everything under the source.
    var object: SingleObject?
    var sourceName: String
    var targetName: String

    /// One place whose earlier state is put back: what is under it, or the object that there is or was of its name.
    static func open(_ session: Session, inPlace location: String) async throws -> RunPlan {
        let (backend, key) = try await session.openVersions(location)
        let name = Redaction.location(location)
        var plan = RunPlan(
            source: SyncLocation(backend: backend), target: SyncLocation(backend: backend), sourceName: name,
            targetName: name)
        if key.isRoot || key.isDirectoryMarker {
            plan.source.prefix = key
        } else if try await backend.isVersioned(key) {
            plan.object = SingleObject(source: key, target: key)
        } else {
            plan.source.prefix = ObjectKey(SharedBytes(key.bytes.array + [UInt8(ascii: "/")]))
        }
        plan.target.prefix = plan.source.prefix
        return plan
    }

    /// - Parameter isInventoried: The source is a prefix, of which nothing is listed.
    static func open(
        _ session: Session, _ mode: SyncMode, from source: String, to target: String, naming: Naming,
        isInventoried: Bool = false
    ) async throws -> RunPlan {
        let from = try await session.open(
            source, as: .source, expecting: isInventoried ? .prefix : naming == .exact ? .object : .lookUp)
        let isObject = if case .object = from.form { true } else { false }
        let isExact = naming == .exact || naming == .guess && isObject && !target.hasSuffix("/")
        let expected: Session.Expectation = isExact ? .object : naming == .found && isObject ? .lookUp : .prefix
        let into = try await session.open(target, as: .target, expecting: expected)
        guard let fromBackend = from.backend, let intoBackend = into.backend else {
            let account = from.backend == nil ? from : into
            throw ValidationError("\(account.display) names a whole account: name a bucket.")
        }
        if mode == .move, fromBackend.capabilities.isReadOnly {
            throw ValidationError("What was at an earlier time, or is one version, cannot be moved away: copy it.")
        }
        if mode != .check, intoBackend.capabilities.isReadOnly {
            throw ValidationError("\(into.display) is an earlier state, which cannot be changed.")
        }
        var plan = RunPlan(
            source: SyncLocation(backend: fromBackend), target: SyncLocation(backend: intoBackend),
            sourceName: from.display, targetName: into.display)
        switch (from.form, into.form) {
        case (.prefix(let source), .prefix(let target)):
            plan.source.prefix = source
            plan.target.prefix = target
        case (.object(let key), .prefix(let prefix)):
            plan.object = SingleObject(source: key, target: key.lastComponent.prefixed(by: prefix))
        case (.object(let key), .object(let exact)):
            plan.object = SingleObject(source: key, target: exact)
        case (.prefix, .object), (.account, _), (_, .account):
            throw ValidationError(
                "\(from.display) is not one object: name one, or end the target in a slash to mean a directory.")
        }
        return plan
    }
}

extension Backend {
    /// Whether there is any version of `key`, be it a delete marker.
    fileprivate func isVersioned(_ key: ObjectKey) async throws(StorageError) -> Bool {
        var request = ListRequest(prefix: key, order: capabilities.listingOrders[0])
        request.versions = .all
        return try await list(request).next()?.entries.first?.key == key
    }
}
