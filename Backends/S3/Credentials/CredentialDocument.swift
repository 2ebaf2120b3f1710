// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import StorageModel

/// The JSON by which programs, containers and instances hand out credentials
/// (https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html).
struct CredentialDocument: Decodable {
    private let AccessKeyId: String?
    private let SecretAccessKey: String?
    private let SessionToken: String?
    /// What containers and instances call the session token.
    private let Token: String?
    private let Expiration: String?
    /// Of programs; must be 1.
    private let Version: Int?
    private let Code: String?
    private let Message: String?

    /// The credentials in `body`, which `place` sent.
    static func credentials(
        in body: [UInt8], from place: String, asksForVersion: Bool = false
    ) throws(StorageError) -> Credentials {
        guard let document = try? JSONDecoder().decode(CredentialDocument.self, from: Data(body)) else {
            throw failure(place, "what it sent is not the JSON of credentials")
        }
        if asksForVersion, document.Version != 1 {
            throw failure(
                place, "what it sent is not of version 1, but of \(document.Version.map(String.init) ?? "none")")
        }
        guard let id = document.AccessKeyId, let secret = document.SecretAccessKey, !id.isEmpty, !secret.isEmpty else {
            let said = [document.Code, document.Message].compactMap(\.self).joined(separator: ": ")
            throw failure(place, "it sent no keys" + (said.isEmpty ? "" : " but \(said)"))
        }
        var end: Timestamp?
        if let text = document.Expiration {
            end = Timestamp(rfc3339: Array(text.utf8))
            if end == nil { throw failure(place, "\"\(text)\" is not a time at which credentials end") }
        }
        return Credentials(
            accessKeyID: id, secretAccessKey: secret, sessionToken: document.SessionToken ?? document.Token,
            expiration: end)
    }

    static func failure(_ place: String, _ message: String) -> StorageError {
        StorageError(.unauthenticated, during: .connect, at: place, message: message)
    }
}
