// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Godwit
internal import StorageModel

struct PutCommand: ToolCommand {
    static let configuration = CommandConfiguration(
        commandName: "put",
        abstract: "Write standard input to one object.",
        discussion: """
            The object appears when the input has ended, whole. On S3 the parts of 8 MiB allow 80 GiB; for more, raise \
            --s3-chunk-size.
            """,
        aliases: ["rcat"])

    @OptionGroup var place: OneLocation
    @Flag(name: [.customShort("n"), .long, .customLong("dryrun")], help: "Read the input, write nothing.")
    var dryRun = false
    @Option(help: ArgumentHelp("The most bytes of the input in memory (default: 64M).", valueName: "size"))
    var maxMemory: SizeArgument?
    @OptionGroup(title: "S3") var upload: UploadFlags
    @OptionGroup(title: "S3") var creating: CreationFlags
    @OptionGroup(title: "Connect") var connecting: ConnectionFlags
    @OptionGroup(title: "Output") var output: OutputFlags

    func execute(_ context: ToolContext) async throws -> ExitStatus {
        var options = try connecting.sessionOptions(context)
        upload.apply(to: &options)
        options.createsContainers = creating.createBucket && !dryRun
        let session = try Session(options)
        defer { session.shutdown() }
        let (backend, key, display) = try await SingleObject.open(place.location, in: session, as: .target)
        guard !dryRun else {
            context.notice("dry run: would write standard input to \(display)")
            return .done
        }
        let partSize = upload.chunkSize?.bytes ?? StreamUpload.partSize
        let partsInFlight = StreamUpload.partsInFlight(
            partSize, memoryMax: maxMemory?.bytes ?? StreamUpload.memoryMax, asked: upload.concurrency)
        let write = StreamUpload(
            backend: backend, key: key, partSize: partSize, partsInFlight: partsInFlight,
            options: WriteOptions(modified: TimeFormat.now), notice: { context.notice($0) })
        let bytes = try await write.run(StandardInput())
        context.info("\(SizeFormat.bytes(bytes)) written to \(display)")
        return .done
    }
}
