// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import StorageModel

/// A session with one directory bucket, which is begun anew each time that it is asked for. Its credentials hold for some minutes
/// and sign without a look at what the caller may do, which makes requests faster
/// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-express-create-session.html).
struct ExpressSession: CredentialSource {
    /// To the bucket, by `credentials` themselves.
    let connection: S3Connection
    let credentials: CredentialKeeper

    var place: String { "a session with \(connection.location)" }

    func credentials() async throws(StorageError) -> Credentials? {
        // Who signs nothing has no session either.
        try await credentials.credentials() == nil ? nil : try await connection.createSession()
    }
}
