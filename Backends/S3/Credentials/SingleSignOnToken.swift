// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import Digests
internal import Foundation
internal import HTTPTransport
internal import StorageModel

/// The token that `aws sso login` left in `~/.aws/sso/cache`, renewed while that can be done without the person
/// (https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_CreateToken.html).
struct SingleSignOnToken: Sendable {
    let tools: CredentialTools
    /// What the file is named after: the session's name, or the start URL of a profile without a session.
    let name: String
    let region: String
    /// Whether the form of the token has what renewing it needs.
    let isRenewable: Bool
    let endpoint: String?
    /// For advice: whom to log in.
    let profile: String

    /// A token that is valid now.
    func accessToken() async throws(StorageError) -> String {
        let path =
            tools.expanded("~/.aws/sso/cache/") + Hexadecimal.encode(Digest.of(Array(name.utf8), .sha1)) + ".json"
        guard let bytes = try CredentialFile.contents(path),
            let fields = try? JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any],
            let token = fields["accessToken"] as? String, let end = Self.time(fields["expiresAt"])
        else { throw expired("nobody is logged in to \(name)", path) }
        let left = end.seconds - tools.now().seconds
        if left > 900 { return token }
        if isRenewable, let renewed = try await renew(fields, path) { return renewed }
        guard left > 0 else { throw expired("the session of \(name) has ended", path) }
        return token
    }

    /// A new token, which is written to the file for the other tools: the one that it was had for may count only once.
    private func renew(_ old: [String: Any], _ path: String) async throws(StorageError) -> String? {
        guard let id = old["clientId"] as? String, let secret = old["clientSecret"] as? String,
            let refresh = old["refreshToken"] as? String,
            Self.time(old["registrationExpiresAt"]).map({ $0 > tools.now() }) ?? true
        else { return nil }
        let question = ["clientId": id, "clientSecret": secret, "grantType": "refresh_token", "refreshToken": refresh]
        guard let body = try? JSONSerialization.data(withJSONObject: question) else { return nil }
        let root = endpoint ?? S3Endpoint.service("oidc", region: region)
        let request = HTTPRequest(
            .post, root + "/token", headers: [HTTPHeader("content-type", "application/json")],
            body: .bytes([UInt8](body)), timeout: .seconds(60))
        let response = try await tools.send(request, by: tools.client(), to: "single sign-on")
        guard response.status == 200,
            let answer = try? JSONSerialization.jsonObject(with: Data(response.body)) as? [String: Any],
            let token = answer["accessToken"] as? String, let seconds = answer["expiresIn"] as? Int
        else { return nil }
        var fields = old
        fields["accessToken"] = token
        fields["expiresAt"] = Timestamp(seconds: tools.now().seconds + Int64(seconds)).rfc3339()
        if let next = answer["refreshToken"] as? String { fields["refreshToken"] = next }
        do {
            let written = try JSONSerialization.data(withJSONObject: fields, options: [.sortedKeys])
            try written.write(to: URL(fileURLWithPath: path), options: .atomic)
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        } catch {
            throw CredentialFile.failure(path, "cannot be written: \(error.localizedDescription)")
        }
        return token
    }

    private func expired(_ message: String, _ path: String) -> StorageError {
        StorageError(
            .unauthenticated, during: .connect, at: path, message: message,
            advice: "log in: aws sso login --profile \(profile)")
    }

    /// As the tools write it: RFC 3339, of older ones with `UTC` for `Z`.
    private static func time(_ value: Any?) -> Timestamp? {
        guard var text = value as? String else { return nil }
        if text.hasSuffix("UTC") { text = text.dropLast(3) + "Z" }
        return Timestamp(rfc3339: Array(text.utf8))
    }
}
