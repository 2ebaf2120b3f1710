// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Godwit
internal import JournalStore

#if canImport(Glibc)
    internal import Glibc
#endif

/// The journal as the `runs` commands read it.
enum RunHistory {
    static let none = ValidationError("There are no runs: the journal is empty.")

    /// Nil where nothing was ever written down.
    static func open(_ context: ToolContext) throws -> JournalStore? {
        guard let directory = RecordingOptions.directory(environment: context.environment),
            access("\(directory)/journal.sqlite", F_OK) == 0
        else { return nil }
        return try JournalStore(in: directory, now: { TimeFormat.now }, warn: { text in context.notice("\(text)") })
    }

    /// The journal, and the run that `id` names; the newest when that is nil.
    static func find(_ id: String?, _ context: ToolContext) async throws -> (JournalStore, RecordedRun) {
        guard let journal = try open(context) else { throw none }
        if let id { return (journal, try await find(id, in: journal)) }
        guard let newest = try await journal.runs().first else { throw none }
        return (journal, newest)
    }

    /// The run whose id is `id`, or begins with it where only one does.
    static func find(_ id: String, in journal: JournalStore) async throws -> RecordedRun {
        if let exact = try await journal.run(id) { return exact }
        let found = try await journal.runs().filter { $0.description.id.hasPrefix(id) }
        guard let run = found.first, found.count == 1, !id.isEmpty else {
            throw ValidationError(
                found.isEmpty
                    ? "There is no run \(id); godwit runs list shows those there are."
                    : "\(found.count) runs begin with \(id): give more of the id.")
        }
        return run
    }
}
