// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Digests
import HTTPTransport
import StorageModel

/// A customer's key as headers: of the object itself, and of the source of a copy
/// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/specifying-s3-c-encryption.html).
enum CustomerKeyHeaders {
    static func own(_ key: CustomerKey?) -> [HTTPHeader] { headers(key, "x-amz-server-side-encryption-customer-") }

    static func source(_ key: CustomerKey?) -> [HTTPHeader] {
        headers(key, "x-amz-copy-source-server-side-encryption-customer-")
    }

    private static func headers(_ key: CustomerKey?, _ prefix: String) -> [HTTPHeader] {
        guard let key else { return [] }
        return [
            HTTPHeader(prefix + "algorithm", "AES256"), HTTPHeader(prefix + "key", Base64.encode(key.bytes)),
            HTTPHeader(prefix + "key-md5", Base64.encode(Digest.of(key.bytes, .md5))),
        ]
    }
}
