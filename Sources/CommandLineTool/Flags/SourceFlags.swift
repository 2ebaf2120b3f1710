// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Godwit

/// Settings of the source where they differ from those of the target.
struct SourceFlags: ParsableArguments, Sendable {
    @Option(help: "The region of the source, where it is not --region.")
    var sourceRegion: String?
    @Option(help: ArgumentHelp("The S3 endpoint of the source, where it is not --endpoint-url.", valueName: "url"))
    var sourceEndpointURL: String?
    @Option(help: "The AWS profile of the source, where it is not --profile.")
    var sourceProfile: String?

    @Option(
        name: .customLong("source-sse-customer-key"),
        help: ArgumentHelp("The key of 32 characters by which the source is encrypted.", valueName: "key"))
    var sourceCustomerKey: String?
    @Option(
        name: .customLong("source-sse-customer-key-base64"),
        help: ArgumentHelp("The same in Base64.", valueName: "key"))
    var sourceCustomerKeyEncoded: String?

    @OptionGroup var version: VersionFlags

    func apply(to options: inout SessionOptions) {
        if let sourceRegion { options.sourceOverrides["region"] = sourceRegion }
        if let sourceEndpointURL { options.sourceOverrides["endpoint"] = sourceEndpointURL }
        version.apply(to: &options)
        if let sourceCustomerKey { options.sourceOverrides["sse_customer_key"] = sourceCustomerKey }
        if let sourceCustomerKeyEncoded {
            options.sourceOverrides["sse_customer_key_base64"] = sourceCustomerKeyEncoded
        }
        if let sourceProfile { options.sourceOverrides["profile"] = sourceProfile }
    }
}
