// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import Settings
public import StorageModel

#if canImport(Glibc)
    internal import Glibc
#endif

extension Session {
    /// What is tried at one side.
    public enum Trials: Sendable, Hashable {
        /// What a source is there for. `moves`: what is copied is deleted there.
        case reading(moves: Bool)
        /// To look at what is there.
        case looking
        /// What a target is there for. Nothing stays that it makes.
        case writing
        /// All of it.
        case everything
    }

    /// Tries at `location` what `access` says that a run needs there, and tells of each thing.
    /// - Returns: the bytes that were seen to be there, at least.
    @discardableResult
    public func tryAccess(
        _ access: RunAccess, at location: String, as side: Side, _ trials: Trials, wanted: Int64 = 0,
        report: @escaping (AccessFinding) -> Void
    ) async throws(StorageError) -> Int64 {
        let grants = access.grants(side)
        let reads = side == .source ? access.source.reads : access.target.reads
        var refused: StorageError?
        let opened: OpenLocation
        do throws(StorageError) {
            (opened, refused) = try await openToTry(location, side, trials)
        } catch {
            guard error.kind != .cancelled else { throw error }
            report(AccessFinding(side: side, trial: "look it up", verdict: .refused(error)))
            return 0
        }
        guard let backend = opened.backend else { throw noContainer(try resolve(location, as: side)) }
        var trial = AccessTrial(backend, as: side, needing: grants, report: report)
        if trials == .writing || trials == .everything, try await isToBeMade(backend, access, &trial) { return 0 }
        var bytes: Int64 = 0
        if trials == .writing, case .prefix(let prefix) = opened.form {
            // A directory that is not there yet has nothing to list.
            if !grants.isEmpty { _ = try await trial.list(prefix, reads) }
        } else {
            bytes = try await trial.read(opened.form, reads)
        }
        if let refused, trial.refusals == 0 { trial.refuse("look up the name", refused, [.list, .get]) }
        guard case .prefix(let prefix) = opened.form else { return bytes }
        switch trials {
        case .reading(let moves): if moves { try await trial.deleteAbsent(under: prefix) }
        case .looking: break
        case .writing, .everything:
            if grants.isEmpty, backend.capabilities.hasDirectories { try trial.findSpace(for: wanted) }
            try await trial.write(under: prefix)
        }
        return bytes
    }

    /// Whether `location` names a remote, and no bucket of it.
    public func isAccount(_ location: String) throws(StorageError) -> Bool {
        let resolved = try resolve(location, as: .target)
        return resolved.settings.kind != .local && resolved.containerAndKey.container.isEmpty
    }

    /// Tries to list the buckets of the remote that `location` names.
    public func tryListingContainers(
        of location: String, report: (AccessFinding) -> Void
    ) async throws(StorageError) {
        var finding = AccessFinding(side: .target, trial: "list buckets", verdict: .allowed)
        do throws(StorageError) { _ = try await containers(of: location) } catch {
            if error.kind == .cancelled { throw error }
            finding.verdict = .refused(error)
            if error.kind == .permissionDenied { finding.missing = [AccessGrant(.listBuckets, .account)] }
        }
        report(finding)
    }

    /// Where a name may not be looked up, what is under it may be read all the same.
    private func openToTry(
        _ location: String, _ side: Side, _ trials: Trials
    ) async throws(StorageError) -> (OpenLocation, refused: StorageError?) {
        guard side == .source else {
            let existing = trials == .writing ? try nearestDirectory(location, side) : location
            return (try await open(existing, as: side, expecting: .prefix), nil)
        }
        do throws(StorageError) {
            return (try await open(location, as: side), nil)
        } catch {
            guard error.kind == .permissionDenied else { throw error }
            return (try await open(location, as: side, expecting: .prefix), error)
        }
    }

    /// Of a local target that is not there, the directory in which it would be made.
    private func nearestDirectory(_ location: String, _ side: Side) throws(StorageError) -> String {
        let resolved = try resolve(location, as: side)
        guard resolved.settings.kind == .local else { return location }
        var path = resolved.path
        var status = stat()
        while stat(path, &status) != 0, errno == ENOENT {
            while path.utf8.count > 1, path.utf8.last == UInt8(ascii: "/") { path = String(path.dropLast()) }
            guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
            path = slash == path.startIndex ? "/" : String(path[..<slash])
        }
        // A colon would make a remote of it.
        return path.utf8.first == UInt8(ascii: "/") ? path : "./" + path
    }

    /// Whether the bucket is missing and the run would make it: then nothing can be tried in it.
    private func isToBeMade(
        _ backend: any Backend, _ access: RunAccess, _ trial: inout AccessTrial
    ) async throws(StorageError) -> Bool {
        guard access.createsBucket else { return false }
        let exists = try await trial.step("look for the bucket", [.list]) { () async throws(StorageError) in
            try await backend.containerExists()
        }
        guard exists == false else { return exists == nil }
        trial.untried("create the bucket", "it would stay; the run will make it")
        return true
    }
}
