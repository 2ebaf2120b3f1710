// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import Godwit
internal import StorageModel
internal import SyncEngine

#if canImport(Glibc)
    internal import Glibc
#endif

/// What a run needs before it may change anything: its place in the journal, the lock on its target.
enum RunPermit {
    /// Another run has what this one needs.
    struct Refusal: Error {
        var reason: String
    }

    /// Begins the run in the journal.
    static func record(
        _ run: Run, _ plan: RunPlan, _ id: String, _ begun: Timestamp, _ session: Session, _ context: ToolContext
    ) async throws -> RunRecording? {
        guard let options = run.recording else { return nil }
        let request = RunRequest(
            id: id, command: run.sync.mode.rawValue, arguments: arguments(context), source: plan.sourceName,
            target: plan.targetName, started: begun)
        return try await refusing { () async throws(StorageError) in
            try await session.record(
                request, options, from: plan.source, to: plan.target,
                objects: plan.object.map { ($0.source, $0.target) }, mode: run.sync.mode,
                warn: { text in context.notice("\(text)") })
        }
    }

    /// What `body` gives; that something is held by another run is a refusal.
    static func refusing<T: Sendable>(_ body: () async throws(StorageError) -> T) async throws -> T {
        do throws(StorageError) {
            return try await body()
        } catch {
            guard error.kind == .alreadyExists else { throw error }
            throw Refusal(reason: "\(error)")
        }
    }

    /// Takes the lock object at `location`.
    static func hold(_ location: String?, _ id: String, _ session: Session) async throws -> LockObject? {
        guard let location else { return nil }
        let place = try await SingleObject.open(location, in: session, as: .target)
        return try await refusing { () async throws(StorageError) in
            try await LockObject.take(
                place.key, in: place.backend, holder: "run \(id) on \(host), process \(getpid())")
        }
    }

    /// Gives the lock object back, also when the run was interrupted.
    static func release(_ lock: LockObject?) async {
        // Not a child task: it would be cancelled with the run, and the lock stay until it expires.
        await Task { await lock?.release() }.value
    }

    /// Runs `body` while the lock object is held; to lose it ends the run.
    static func holding(
        _ lock: LockObject?, _ body: @escaping @Sendable () async -> SyncReport
    ) async -> SyncReport {
        guard let lock else { return await body() }
        return await withTaskGroup(of: Held.self) { group in
            group.addTask { .report(await body()) }
            group.addTask { .lock(await lock.hold()) }
            var report = SyncReport(), lost: StorageError?
            while let ended = await group.next() {
                switch ended {
                case .report(let finished): report = finished
                case .lock(let error): lost = error ?? lost
                }
                group.cancelAll()
            }
            if let lost { report.stop = .refused("\(lost)") }
            return report
        }
    }

    /// What goes on while a lock is held.
    private enum Held: Sendable {
        case report(SyncReport)
        /// With why it was lost.
        case lock(StorageError?)
    }

    /// The working directory and the command line, if there is no secret in it.
    static func arguments(_ context: ToolContext) -> [String]? {
        var previous: [UInt8] = []
        for argument in context.arguments {
            let bytes = Array(argument.utf8)
            guard SecretSpans.spans(in: bytes, after: previous).isEmpty else { return nil }
            previous = bytes
        }
        guard let directory = getcwd(nil, 0) else { return nil }
        defer { free(directory) }
        return [String(cString: directory)] + context.arguments
    }

    private static var host: String {
        var name = [CChar](repeating: 0, count: 256)
        guard gethostname(&name, name.count - 1) == 0 else { return "an unknown host" }
        return String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}

extension RunOutcome {
    init(_ report: SyncReport, _ status: ExitStatus) {
        switch report.stop {
        case .interrupted, .transferLimit, .durationLimit: self = .interrupted
        default: self = status == .done || status == .nothingToDo ? .done : .failed
        }
    }
}
