// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Godwit
internal import StorageModel
internal import SyncEngine

/// What travels with an object beside its bytes.
struct PreservationFlags: ParsableArguments, Sendable {
    @Flag(name: [.customShort("M"), .long], help: "Copy what objects carry; the default, for who is used to say it.")
    var metadata = false
    @Option(
        help: ArgumentHelp(
            """
            Copy these too: acl, permissions (of files). The others are copied anyway: metadata, tags, lock, \
            storage-class, times, xattrs.
            """, valueName: "list"))
    var preserve: PreservedArgument?
    @Option(help: ArgumentHelp("Leave these behind.", valueName: "list"))
    var noPreserve: PreservedArgument?
    @Option(
        parsing: .singleValue,
        help: ArgumentHelp("Give every object this system header or user metadata.", valueName: "name=value"))
    var metadataSet: [FieldArgument] = []
    @Option(
        parsing: .singleValue,
        help: ArgumentHelp(
            "The same as a header: \"Cache-Control: no-cache\", \"x-amz-meta-a: b\".", valueName: "header"))
    var headerUpload: [HeaderArgument] = []
    @Option(
        help: ArgumentHelp(
            "Write another storage class for that of the source: GLACIER=STANDARD_IA,... An empty one is the usual.",
            valueName: "map"))
    var storageClassMap: ClassMapArgument?

    func validate() throws {
        let both = (preserve?.kinds ?? []).intersection(noPreserve?.kinds ?? [])
        if let name = both.map(\.rawValue).min() {
            throw ValidationError("--preserve \(name) and --no-preserve \(name) contradict each other.")
        }
        if metadata, noPreserve?.kinds.contains(.metadata) == true {
            throw ValidationError("--metadata and --no-preserve metadata contradict each other.")
        }
        if storageClassMap != nil, noPreserve?.kinds.contains(.storageClass) == true {
            throw ValidationError("--storage-class-map and --no-preserve storage-class contradict each other.")
        }
    }

    func apply(to options: inout SyncOptions) {
        options.transferring.preserved.formUnion(preserve?.attributes ?? [])
        options.transferring.preserved.subtract(noPreserve?.attributes ?? [])
        options.transferring.fields = metadataSet.map(\.field) + headerUpload.map(\.field)
        options.transferring.storageClasses = storageClassMap?.map ?? [:]
    }

    func apply(to options: inout SessionOptions) {
        options.keepsFileAttributes = noPreserve?.kinds.contains(.xattrs) != true
        options.keepsFilePermissions = preserve?.kinds.contains(.permissions) == true
    }
}
