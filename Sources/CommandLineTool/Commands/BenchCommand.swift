// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Godwit
internal import Settings
internal import StorageModel
internal import StoreBench

struct BenchCommand: ToolCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measure what a store does from here, and say how to use it best.",
        discussion: """
            Writes, reads, copies and lists objects of its own in a new directory under the location, with more and more \
            requests at once until more bring nothing or the store refuses some, and removes them again. Nothing is \
            tried again and nothing held back meanwhile. It takes one to two minutes of all the traffic that the store \
            gives, which costs what the store asks for that; --sizes, --part-object and --duration make it less.
            """)

    @OptionGroup var place: OneLocation
    @Option(
        help: ArgumentHelp("Sizes of objects, separated by commas (default: 4K,1M,16M).", valueName: "sizes"))
    var sizes: SizeListArgument?
    @Option(
        help: ArgumentHelp(
            "The size of the object that is moved in parts; 0: none (default: 128M).", valueName: "size"))
    var partObject: SizeArgument?
    @Option(help: ArgumentHelp("Sizes of its parts (default: 8M,16M,32M).", valueName: "sizes"))
    var partSizes: SizeListArgument?
    @Option(help: ArgumentHelp("How long each measurement goes on (default: 1s).", valueName: "duration"))
    var duration: DurationArgument?
    @Option(help: ArgumentHelp("The most bytes of objects in memory (default: 256M).", valueName: "size"))
    var maxMemory: SizeArgument?
    @Option(
        help: ArgumentHelp(
            "Also give the same work to these installed programs: rclone,s5cmd,aws.", valueName: "programs"))
    var compare: PeerListArgument?
    @Option(
        help: ArgumentHelp(
            "Write everything to FILE: a page with plots for .html, else JSON. May be given twice.", valueName: "file"))
    var report: [String] = []
    @Flag(help: "Write the recommended settings to the remote in the configuration file.")
    var save = false
    @OptionGroup(title: "Connect") var connecting: ConnectionFlags
    @OptionGroup(title: "Output") var output: OutputFlags

    func validate() throws {
        if let sizes, sizes.bytes.contains(0) { throw ValidationError("--sizes must be positive.") }
        if let partSizes, partSizes.bytes.contains(where: { $0 < 5 << 20 }) {
            throw ValidationError("--part-sizes must be at least 5M, the smallest part that S3 takes.")
        }
        if let duration, duration.duration == .zero { throw ValidationError("--duration must be positive.") }
    }

    func execute(_ context: ToolContext) async throws -> ExitStatus {
        let options = try connecting.sessionOptions(context)
        var unregulated = options
        unregulated.isRegulated = false
        // One session measures; the other removes what that wrote, by all means.
        let (session, measured) = (try Session(options), try Session(unregulated))
        defer {
            session.shutdown()
            measured.shutdown()
        }
        let opened = try await session.open(place.location, as: .target, expecting: .prefix)
        guard let backend = opened.backend, case .prefix(let prefix) = opened.form,
            let bare = try await measured.open(place.location, as: .target, expecting: .prefix).backend
        else { throw ValidationError("Name a bucket to measure in.") }
        guard try await backend.containerExists() else {
            throw StorageError(
                .containerNotFound, during: .validate, at: opened.display,
                message: "there is no such bucket or directory",
                advice: "make it with godwit mkdir")
        }
        let directory = BenchDirectory(backend, under: prefix)
        let target = save ? try SavedOptions(of: place.location, connecting, context) : nil
        let comparison = try await comparison(session, directory, prefix, context)
        let files = try report.map { try BenchFile($0) }
        let begun = TimeFormat.now

        try context.standardOutput.write(BenchText.header + "\n")
        let bench = BenchRun(bare, in: directory, plan(options)) { measurement in
            // A failure is kept by the sink and told at the end.
            try? context.standardOutput.write(BenchText.line(measurement) + "\n")
            try? context.standardOutput.flush()
            if let failure = measurement.failure { context.report(failure) }
        }
        let measurements = try await bench.run()
        var results = BenchReport(
            location: opened.display, store: backend.identity.store, begun: begun, measurements: measurements,
            recommendation: Recommendation(measurements), peers: [])
        var hasFailed = measurements.contains { $0.failure != nil }
        if let comparison {
            try context.standardOutput.write("\n")
            results.peers = try await comparison.run { outcome in
                switch outcome {
                case .success(let result):
                    try? context.standardOutput.write(BenchText.line(result) + "\n")
                    try? context.standardOutput.flush()
                case .failure(let error):
                    hasFailed = true
                    context.report(error)
                }
            }
        }
        try context.standardOutput.write("\n")
        for line in BenchText.advice(results.recommendation, roundTrip: results.roundTrip) {
            try context.standardOutput.write(line + "\n")
        }
        try context.standardOutput.flush()
        for file in files { try file.write(results) }
        if let target {
            let tuned = Self.options(results.recommendation)
            if tuned.isEmpty {
                context.notice("nothing was saved: large objects were not measured")
            } else {
                try target.save(tuned, context)
            }
        }
        return hasFailed ? .someFailed : .done
    }

    private static func options(_ recommendation: Recommendation) -> [RemoteOption] {
        guard let count = recommendation.partsAtOnce, let size = recommendation.partSize else { return [] }
        return [
            RemoteOption("upload_concurrency", String(count)), RemoteOption("chunk_size", SizeFormat.suffix(size)),
        ]
    }

    private func plan(_ options: SessionOptions) -> BenchPlan {
        var plan = BenchPlan()
        plan.sizes = sizes?.bytes.sorted() ?? plan.sizes
        plan.partSizes = partSizes?.bytes ?? plan.partSizes
        plan.partedSize = partObject?.bytes ?? plan.partedSize
        plan.duration = duration?.duration ?? plan.duration
        plan.memoryMax = maxMemory?.bytes ?? plan.memoryMax
        plan.concurrencyMax = options.connectionsMax
        return plan
    }

    private func comparison(
        _ session: Session, _ directory: BenchDirectory, _ prefix: ObjectKey, _ context: ToolContext
    ) async throws -> PeerComparison? {
        guard let compare else { return nil }
        return try PeerComparison(
            peers: compare.peers, connection: connecting.words, location: place.location, prefix: prefix,
            directory: directory, access: try await session.access(to: place.location),
            environment: context.environment, largeSize: partObject?.bytes ?? BenchPlan().partedSize)
    }
}
