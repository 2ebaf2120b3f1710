// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import HTTPTransport
internal import StorageModel

/// Those of a role in an account, for who is logged in to a single sign-on
/// (https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/API_GetRoleCredentials.html).
struct SingleSignOnCredentials: CredentialSource {
    let token: SingleSignOnToken
    let account: String
    let role: String
    let endpoint: String?

    var place: String { "the single sign-on \(token.name)" }

    private struct Answer: Decodable {
        struct Keys: Decodable {
            var accessKeyId: String
            var secretAccessKey: String
            var sessionToken: String?
            /// Milliseconds since 1970.
            var expiration: Int64?
        }
        var roleCredentials: Keys
    }

    func credentials() async throws(StorageError) -> Credentials? {
        let root = endpoint ?? S3Endpoint.service("portal.sso", region: token.region)
        let url =
            "\(root)/federation/credentials?role_name=\(PercentEncoding.query(role))"
            + "&account_id=\(PercentEncoding.query(account))"
        let request = HTTPRequest(
            .get, url, headers: [HTTPHeader("x-amz-sso_bearer_token", try await token.accessToken())],
            timeout: .seconds(60))
        let response = try await token.tools.send(request, by: token.tools.client(), to: "single sign-on")
        guard response.status == 200 else { throw refusal(response, url) }
        guard let keys = try? JSONDecoder().decode(Answer.self, from: Data(response.body)).roleCredentials else {
            throw CredentialDocument.failure(url, "what it sent is not the JSON of a role's credentials")
        }
        return Credentials(
            accessKeyID: keys.accessKeyId, secretAccessKey: keys.secretAccessKey, sessionToken: keys.sessionToken,
            expiration: keys.expiration.map { Timestamp(seconds: $0 / 1000) })
    }

    private func refusal(_ response: HTTPResponse, _ url: String) -> StorageError {
        let advice: String? =
            switch response.status {
            case 401: "log in: aws sso login --profile \(token.profile)"
            case 403, 404: "check that role \(role) in account \(account) is assigned to who is logged in"
            default: nil
            }
        return StorageError(
            response.status == 403 ? .permissionDenied : .unauthenticated, during: .connect, at: url,
            message: "single sign-on answered HTTP \(response.status) to the question for credentials", advice: advice,
            disposition: response.status >= 500 || response.status == 429 ? .transient(retryAfter: nil) : .permanent)
    }
}
