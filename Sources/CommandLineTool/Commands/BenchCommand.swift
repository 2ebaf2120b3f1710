// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Godwit
internal import StorageModel
internal import StoreBench

struct BenchCommand: ToolCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measure what a store does from here, and say how to use it best.",
        discussion: """
            Writes, reads, copies and lists objects of its own in a new directory under the location, with more and more \
            requests at once until more bring nothing or the store refuses some, and removes them again. Nothing is \
            tried again and nothing held back meanwhile. Allow a minute or two, and about 3 GiB of traffic; --sizes, \
            --part-object and --duration make it less.
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
        var options = connecting.sessionOptions(environment: context.environment)
        options.isRegulated = false
        let session = try Session(options)
        defer { session.shutdown() }
        let opened = try await session.open(place.location, as: .target, expecting: .prefix)
        guard let backend = opened.backend, case .prefix(let prefix) = opened.form else {
            throw ValidationError("Name a bucket to measure in.")
        }
        let target = save ? try SavedTuning(place.location, connecting, context) : nil
        let comparison = try await comparison(session, prefix, context)
        let files = try report.map { try BenchFile($0) }
        let begun = TimeFormat.now

        try context.standardOutput.write(BenchText.header + "\n")
        let bench = BenchRun(backend, under: prefix, plan(options)) { measurement in
            // A failure is kept by the sink and told at the end.
            try? context.standardOutput.write(BenchText.line(measurement) + "\n")
            try? context.standardOutput.flush()
            if let failure = measurement.failure { context.report(failure) }
        }
        let measurements = try await bench.run()
        var results = BenchReport(
            location: opened.display, store: backend.identity.store, begun: begun, measurements: measurements,
            recommendation: Recommendation(measurements), peers: [])
        if let comparison {
            results.peers = try await compared(comparison, backend, prefix, context)
        }
        try context.standardOutput.write("\n")
        for line in BenchText.advice(results.recommendation, roundTrip: results.roundTrip) {
            try context.standardOutput.write(line + "\n")
        }
        try context.standardOutput.flush()
        for file in files { try file.write(results) }
        if let target { try target.save(results.recommendation, context) }
        return .done
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
        _ session: Session, _ prefix: ObjectKey, _ context: ToolContext
    ) async throws -> PeerComparison? {
        guard let compare else { return nil }
        let comparison = PeerComparison(
            peers: compare.peers, connection: connecting.words, location: place.location, prefix: prefix,
            access: try await session.access(to: place.location), environment: context.environment,
            largeSize: partObject?.bytes ?? BenchPlan().partedSize)
        try comparison.validate()
        return comparison
    }

    private func compared(
        _ comparison: PeerComparison, _ backend: any Backend, _ prefix: ObjectKey, _ context: ToolContext
    ) async throws -> [PeerResult] {
        let directory = BenchDirectory(backend, under: prefix)
        try context.standardOutput.write("\n")
        return try await directory.emptied { () async throws(StorageError) in
            try await comparison.run(in: directory.key) { result in
                try? context.standardOutput.write(BenchText.line(result) + "\n")
                try? context.standardOutput.flush()
            }
        }
    }
}
