// Part of godwit. SPDX-License-Identifier: Apache-2.0

package import StorageModel

/// Those of a role, assumed with a token that an identity provider keeps in a file, as on Kubernetes. The file is read anew
/// each time, since the provider renews it.
package struct WebIdentityCredentials: CredentialSource {
    private let request: RoleRequest
    private let file: String
    private let service: SecurityTokenService

    init(_ request: RoleRequest, file: String, service: SecurityTokenService) {
        (self.request, self.file, self.service) = (request, file, service)
    }

    /// As AWS_WEB_IDENTITY_TOKEN_FILE, AWS_ROLE_ARN and AWS_ROLE_SESSION_NAME say; nil when the first is not set.
    package init?(_ tools: CredentialTools, region: String?, endpoint: String?) {
        guard let file = tools.variable("AWS_WEB_IDENTITY_TOKEN_FILE") else { return nil }
        request = RoleRequest(
            role: tools.variable("AWS_ROLE_ARN") ?? "", session: tools.variable("AWS_ROLE_SESSION_NAME"))
        self.file = file
        service = SecurityTokenService(tools, region: region, endpoint: endpoint)
    }

    package var place: String { "the web identity in \(file)" }

    package func credentials() async throws(StorageError) -> Credentials? {
        guard !request.role.isEmpty else {
            throw StorageError(
                .invalidConfiguration, during: .connect, at: file,
                message: "a token of a web identity is given without the role that it is for",
                advice: "set AWS_ROLE_ARN, or role_arn of the profile")
        }
        return try await service.assumeRole(request, webIdentity: try CredentialFile.token(file))
    }
}
