// Part of godwit. SPDX-License-Identifier: Apache-2.0

package import HTTPTransport
package import StorageModel

/// Everything that one set of credentials sees at one endpoint.
package struct S3Account: Sendable {
    private let connection: S3Connection

    package init(
        settings: S3Settings, credentials: any CredentialSource, client: HTTPClient, ledger: RequestLedger,
        now: @escaping @Sendable () -> Timestamp = SystemClock.now
    ) {
        connection = S3Connection(
            bucket: "", settings: settings, credentials: credentials, client: client, ledger: ledger, now: now)
    }

    /// The account's buckets, as the store orders them; directory buckets behind the others, where the settings want them.
    package func buckets() async throws(StorageError) -> [(name: String, created: Timestamp?)] {
        let buckets = try await connection.listBuckets()
        guard connection.settings.listsDirectoryBuckets else { return buckets }
        return try await buckets + connection.listDirectoryBuckets()
    }
}
