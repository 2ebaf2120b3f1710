// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Godwit
internal import StorageModel

struct CleanupCommand: ToolCommand {
    static let configuration = CommandConfiguration(
        commandName: "cleanup",
        abstract: "Abort uploads that were begun long ago and never finished.",
        discussion: "Unfinished multipart uploads are invisible in listings but cost storage; so do partial files.")

    @OptionGroup var place: OneLocation
    @Option(help: ArgumentHelp("Only uploads begun longer ago than this (default: 24h).", valueName: "duration"))
    var maxAge: DurationArgument?
    @Flag(name: [.customShort("n"), .long, .customLong("dryrun")], help: "Say what would be aborted, abort nothing.")
    var dryRun = false
    @OptionGroup(title: "Connect") var connecting: ConnectionFlags
    @OptionGroup(title: "Output") var output: OutputFlags

    func execute(_ context: ToolContext) async throws -> ExitStatus {
        let session = try Session(connecting.sessionOptions(environment: context.environment))
        defer { session.shutdown() }
        let opened = try await session.open(place.location, as: .source, expecting: .prefix)
        var (found, failures) = (0, 0)
        if case .account = opened.form {
            for container in try await session.containers(of: place.location) {
                let bucket = try await session.open(
                    "\(place.location)\(container.name)/", as: .source, expecting: .prefix)
                let (more, failed) = try await clean(bucket, context)
                (found, failures) = (found + more, failures + failed)
            }
        } else {
            (found, failures) = try await clean(opened, context)
        }
        context.notice(
            "\(dryRun ? "dry run: would abort" : "aborted") \(found - failures) of \(found) old unfinished uploads")
        return failures == 0 ? .done : .someFailed
    }

    private func clean(_ place: OpenLocation, _ context: ToolContext) async throws -> (found: Int, failures: Int) {
        guard let backend = place.backend, case .prefix(let prefix) = place.form else { return (0, 0) }
        let now = TimeFormat.now, age = maxAge?.duration ?? .seconds(86_400)
        let old = try await backend.unfinishedUploads(under: prefix).filter { upload in
            // Without a known beginning it may be under way: it is left alone.
            upload.begun.map { $0 < now && $0.distance(to: now) >= age } ?? false
        }
        var failures = 0
        for upload in old {
            do throws(StorageError) {
                if !dryRun { try await backend.abort(upload) }
                context.info(
                    "\(dryRun ? "would be aborted" : "aborted")", key: upload.key)
            } catch {
                failures += 1
                context.report(error)
            }
        }
        return (old.count, failures)
    }
}
