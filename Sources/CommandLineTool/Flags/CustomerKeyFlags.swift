// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Godwit

/// Encryption of what is written by a key of the customer's own.
struct CustomerKeyFlags: ParsableArguments, Sendable {
    @Option(
        name: .customLong("s3-sse-customer-key"),
        help: ArgumentHelp("Encrypt by this key of 32 characters, which the store does not keep.", valueName: "key"))
    var key: String?
    @Option(
        name: .customLong("s3-sse-customer-key-base64"), help: ArgumentHelp("The same in Base64.", valueName: "key"))
    var encoded: String?
    @Option(
        name: .customLong("s3-sse-customer-key-md5"),
        help: ArgumentHelp("The digest that the key must have, in Base64.", valueName: "md5"))
    var digest: String?
    @Option(name: .customLong("s3-sse-customer-algorithm"), help: "The algorithm of that encryption: AES256.")
    var algorithm: String?

    func apply(to options: inout SessionOptions) {
        options.targetOverrides["sse_customer_key"] = key
        options.targetOverrides["sse_customer_key_base64"] = encoded
        options.targetOverrides["sse_customer_key_md5"] = digest
        options.targetOverrides["sse_customer_algorithm"] = algorithm
    }
}
