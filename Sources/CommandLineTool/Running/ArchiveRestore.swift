// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import Godwit
internal import StorageModel

/// Has archived objects restored, and waits for that.
struct ArchiveRestore: Sendable {
    /// What came of the objects that were looked at.
    struct Count: Sendable {
        var begun = 0, underWay = 0, readable = 0, failed = 0
        var bytes: Int64 = 0
    }

    let context: ToolContext
    let request: RestoreRequest
    let dryRun: Bool

    /// The longest pause between two looks at one object.
    private static let pauseMax = Duration.seconds(300)
    /// A class whose objects go to an archive and come back by themselves: only a look at each tells.
    private static let tieringClass = "INTELLIGENT_TIERING"

    private enum Outcome: Sendable { case begun, underWay, readable, failed, notArchived }

    /// Asks for everything that `walk` finds under `location`.
    func begin(_ walk: LocationWalk, _ session: Session, _ location: String) async throws -> Count {
        var count = Count()
        let unlisted = try await walk.run(session, location, context) { items, backend in
            guard let backend else { return }
            guard !backend.capabilities.archiveClasses.isEmpty else {
                throw StorageError(
                    .unsupported, during: .restore, at: location, message: "nothing is ever archived there",
                    advice: "for a store that has archives and is not known, use provider = Other")
            }
            let objects = candidates(items, backend)
            let outcomes = await ConcurrentMap.results(objects) { await begin($0, backend) }
            try Task.checkCancellation()
            for (object, outcome) in zip(objects, outcomes) {
                switch outcome {
                case .begun: count.begun += 1
                case .underWay: count.underWay += 1
                case .readable: count.readable += 1
                case .failed: count.failed += 1
                case .notArchived: continue
                }
                count.bytes += object.entry.size
            }
        }
        count.failed += unlisted
        return count
    }

    /// Returns once everything that is being restored under `location` can be read, with how many could not be looked at.
    func wait(_ walk: LocationWalk, _ session: Session, _ location: String) async throws -> Int {
        var failures = 0
        failures += try await walk.run(session, location, context) { items, backend in
            guard let backend else { return }
            let results = await ConcurrentMap.results(candidates(items, backend)) { await wait(for: $0, backend) }
            try Task.checkCancellation()
            failures += results.count { !$0 }
        }
        return failures
    }

    /// What may be archived, by its class.
    private func candidates(_ items: [ListedItem], _ backend: any Backend) -> [ListedItem] {
        let classes = backend.capabilities.archiveClasses
        return items.filter { item in
            guard !item.isDirectory, let name = item.entry.storageClass else { return false }
            return classes.contains(name) || name == Self.tieringClass && !classes.isEmpty
        }
    }

    private func begin(_ item: ListedItem, _ backend: any Backend) async -> Outcome {
        do throws(StorageError) {
            var entry = item.entry
            let isTiering = entry.storageClass == Self.tieringClass
            if isTiering || dryRun && entry.archive == nil {
                entry = try await backend.stat(entry.key, version: entry.version)
                if isTiering, entry.archive == nil { return .notArchived }
            }
            if entry.archive == .restoring { return .underWay }
            guard !dryRun else {
                if case .restored = entry.archive { return .readable }
                context.notice("would be restored (size \(SizeFormat.suffix(entry.size)))", key: item.path)
                return .begun
            }
            switch try await backend.restore(entry, request) {
            case nil: return .notArchived
            case .restored: return .readable
            case .restoring, .archived:
                context.info("restore begun", key: item.path)
                return .begun
            }
        } catch {
            context.report(error)
            return .failed
        }
    }

    /// Whether the object can be read; false when that could not be found out, which is then reported.
    private func wait(for item: ListedItem, _ backend: any Backend) async -> Bool {
        var pause = Duration.seconds(1)
        do throws(StorageError) {
            while try await backend.stat(item.entry.key, version: item.entry.version).archive == .restoring {
                do { try await Task.sleep(for: pause) } catch { return false }
                pause = min(pause * 2, Self.pauseMax)
            }
            return true
        } catch {
            context.report(error)
            return false
        }
    }
}
