// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import Digests
internal import Settings
internal import StorageModel

/// A customer's key by rclone's names: `sse_customer_key` (32 bytes as text) or `sse_customer_key_base64`, and what they may
/// be checked by.
enum CustomerKeySettings {
    static func key(of remote: RemoteSettings) throws(StorageError) -> CustomerKey? {
        func problem(_ message: String, _ advice: String) -> StorageError {
            StorageError(.invalidConfiguration, during: .validate, at: remote.name, message: message, advice: advice)
        }
        let (text, encoded) = (remote["sse_customer_key"], remote["sse_customer_key_base64"])
        if let algorithm = remote["sse_customer_algorithm"], algorithm != "AES256" {
            throw problem("sse_customer_algorithm is \(algorithm)", "the only one that stores know is AES256")
        }
        guard text != nil || encoded != nil else {
            if remote["sse_customer_algorithm"] ?? remote["sse_customer_key_md5"] != nil {
                throw problem("there is no customer key", "give sse_customer_key or sse_customer_key_base64")
            }
            return nil
        }
        guard text == nil || encoded == nil else {
            throw problem(
                "sse_customer_key and sse_customer_key_base64 are both given", "give one of them")
        }
        let bytes = text.map { Array($0.utf8) } ?? encoded.flatMap { Base64.decode($0) }
        guard let key = bytes.flatMap({ CustomerKey($0) }) else {
            throw problem(
                "the customer key is not one of 32 bytes",
                "give 32 characters as sse_customer_key, or `openssl rand -base64 32` as sse_customer_key_base64")
        }
        if let digest = remote["sse_customer_key_md5"], digest != Base64.encode(Digest.of(key.bytes, .md5)) {
            throw problem("the customer key is not the one of sse_customer_key_md5", "check which key is meant")
        }
        guard remote["server_side_encryption"] == nil else {
            throw problem(
                "server_side_encryption and a customer key are both given",
                "an object is encrypted in one of these ways")
        }
        return key
    }
}
