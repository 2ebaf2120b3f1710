// Part of godwit. SPDX-License-Identifier: Apache-2.0

package import StorageModel

/// Those of a role, assumed with the credentials of another source.
package struct RoleCredentials: CredentialSource {
    private let request: RoleRequest
    private let caller: any CredentialSource
    private let service: SecurityTokenService

    init(_ request: RoleRequest, caller: any CredentialSource, service: SecurityTokenService) {
        (self.request, self.caller, self.service) = (request, caller, service)
    }

    /// A role that is named by the remote itself.
    package init(
        role: String, session: String?, externalID: String?, seconds: Int?, caller: any CredentialSource,
        region: String?, endpoint: String?, tools: CredentialTools
    ) {
        request = RoleRequest(role: role, session: session, externalID: externalID, seconds: seconds)
        self.caller = caller
        service = SecurityTokenService(tools, region: region, endpoint: endpoint)
    }

    package var place: String { "role \(request.role), assumed with \(caller.place)" }

    package func credentials() async throws(StorageError) -> Credentials? {
        guard let callers = try await caller.credentials() else {
            throw StorageError(
                .unauthenticated, during: .connect, at: request.role,
                message: "there are no credentials to assume the role with; looked at \(caller.place)")
        }
        return try await service.assumeRole(request, by: callers)
    }
}
