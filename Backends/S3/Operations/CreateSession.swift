// Part of godwit. SPDX-License-Identifier: Apache-2.0

import HTTPTransport
import StorageModel

/// https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateSession.html
extension S3Connection {
    /// Begins a session with a directory bucket, to write where that is allowed and otherwise to read.
    func createSession() async throws(StorageError) -> Credentials {
        do throws(StorageError) {
            return try await createSession("ReadWrite")
        } catch  where error.kind == .permissionDenied {
            return try await createSession("ReadOnly")
        }
    }

    private func createSession(_ mode: String) async throws(StorageError) -> Credentials {
        // Counted with what reads no content.
        var call = S3Call(
            kind: .head, method: .get, operation: .connect, permission: "s3express:CreateSession")
        call.entrance = .own
        call.query.add("session")
        call.headers = [HTTPHeader("x-amz-create-session-mode", mode)]
        // What is written is encrypted as the session says.
        call.headers += policy.writeHeaders.filter { $0.name.hasPrefix("x-amz-server-side-encryption") }
        call.sink = .collect(limit: 64 << 10)
        let response = try await send(call)
        let result = try result(response, "CreateSessionResult", of: call)
        guard let found = result["Credentials"], let id = found["AccessKeyId"]?.text,
            let secret = found["SecretAccessKey"]?.text, let token = found["SessionToken"]?.text
        else {
            throw malformed("a session without credentials", response, call)
        }
        var credentials = Credentials(
            accessKeyID: id, secretAccessKey: secret, sessionToken: token,
            expiration: found["Expiration"].flatMap { Timestamp(rfc3339: $0.bytes) })
        credentials.isBucketSession = true
        return credentials
    }
}
