// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Godwit
internal import StorageModel

struct HashCommand: ToolCommand {
    static let configuration = CommandConfiguration(
        commandName: "hash",
        abstract: "Write the digests of objects as md5sum does, or check them against such a list.",
        discussion: """
            Algorithms: md5, sha1, sha256, crc32, crc32c, crc64nvme. Files are read; of remote objects the store's own \
            checksum is taken where there is one, and --download reads the rest.
            """)

    @Argument(help: "The algorithm.")
    var algorithm: HashArgument
    @OptionGroup var place: OneLocation
    @Flag(help: "Fetch objects whose store offers no such checksum.")
    var download = false
    @Option(
        name: [.customShort("C"), .long, .customLong("checkfile")],
        help: ArgumentHelp("Check against the lines of FILE; -: standard input.", valueName: "file"))
    var check: String?
    @OptionGroup var flags: ReadingFlags
    @OptionGroup(title: "Output") var output: OutputFlags

    func execute(_ context: ToolContext) async throws -> ExitStatus {
        var sums = try check.map { try SumList($0, text: TextFile.contents($0), digits: algorithm.digits) }
        let session = try Session(flags.sessionOptions(context))
        defer { session.shutdown() }
        let (wanted, download) = (algorithm.algorithm, download)
        var failures = 0, mismatches = 0
        failures += try await flags.walk(recursive: true).run(session, place.location, context) { items, backend in
            guard let backend else { return }
            let source = HashSource(backend: backend, downloads: download)
            let objects = items.filter { !$0.isDirectory && sums?.contains($0.path) ?? true }
            let hashes = await ConcurrentMap.results(objects, limit: 8) { await source.result(wanted, of: $0.entry) }
            for (item, result) in zip(objects, hashes) {
                guard let hash = try hexadecimal(result, of: item, context) else {
                    failures += 1
                    continue
                }
                if let isRight = sums?.take(item.path, equals: hash) {
                    mismatches += isRight ? 0 : 1
                    let end = isRight ? ": OK" : ": FAILED"
                    try context.standardOutput.line(NameText.line(item.path) + end.utf8)
                } else {
                    try context.standardOutput.line("\(hash)  ".utf8 + NameText.line(item.path))
                }
            }
            try context.standardOutput.flush()
        }
        for name in sums?.rest ?? [] {
            mismatches += 1
            context.error("not found", key: name)
        }
        if mismatches > 0 { context.error("\(mismatches) sums did not match") }
        return .worst(of: [failures == 0 ? .done : .someFailed, mismatches == 0 ? .done : .different])
    }

    private func hexadecimal(
        _ result: Result<Checksum?, StorageError>, of item: ListedItem, _ context: ToolContext
    ) throws -> String? {
        switch result {
        case .success(let checksum?): return checksum.hexadecimal
        case .success(nil):
            context.error(
                "the store offers no \(algorithm.algorithm.rawValue) of it; --download computes one", key: item.path)
        case .failure(let error):
            if error.kind == .cancelled { throw error }
            context.report(error)
        }
        return nil
    }
}
