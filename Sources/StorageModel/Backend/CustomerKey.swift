// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// A key of the customer's own, by which a store encrypts an object and which it does not keep (SSE-C,
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerSideEncryptionCustomerKeys.html). Printing it shows nothing of
/// it.
public struct CustomerKey: Sendable, Hashable, CustomStringConvertible, CustomReflectable {
    /// 32 bytes, for AES-256.
    public let bytes: [UInt8]

    /// Nil unless `bytes` are 32.
    public init?(_ bytes: [UInt8]) {
        guard bytes.count == 32 else { return nil }
        self.bytes = bytes
    }

    public var description: String { "a customer's key" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
