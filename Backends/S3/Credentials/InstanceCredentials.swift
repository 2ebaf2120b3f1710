// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import HTTPTransport
package import StorageModel

/// Those of the role of an EC2 instance, from its metadata service
/// (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html). A machine that has no such
/// service has no such credentials, which shows within a second.
package struct InstanceCredentials: CredentialSource {
    private let tools: CredentialTools
    private let root: String
    private static let path = "/latest/meta-data/iam/security-credentials/"

    /// - Parameter endpoint: Nil: what the environment says, or the address that all instances know.
    package init(_ tools: CredentialTools, endpoint: String? = nil) {
        self.tools = tools
        let usesIPv6 = tools.variable("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE")?.lowercased() == "ipv6"
        var root =
            endpoint ?? tools.variable("AWS_EC2_METADATA_SERVICE_ENDPOINT")
            ?? (usesIPv6 ? "http://[fd00:ec2::254]" : "http://169.254.169.254")
        while root.hasSuffix("/") { root.removeLast() }
        self.root = root
    }

    package var place: String { "the instance's metadata (\(root))" }

    package func credentials() async throws(StorageError) -> Credentials? {
        guard tools.variable("AWS_EC2_METADATA_DISABLED")?.lowercased() != "true" else { return nil }
        guard let proof = try await proof() else { return nil }
        guard let roles = try await ask(Self.path, proof) else { return nil }
        guard let role = roles.split(whereSeparator: \.isNewline).first, !role.isEmpty else { return nil }
        guard let body = try await ask(Self.path + PercentEncoding.path(String(role)), proof) else { return nil }
        return try CredentialDocument.credentials(in: Array(body.utf8), from: place)
    }

    /// The header that shows that a question comes from this machine itself; none where the service does not know of it;
    /// nil: there is no service.
    private func proof() async throws(StorageError) -> [HTTPHeader]? {
        let header = HTTPHeader("x-aws-ec2-metadata-token-ttl-seconds", "21600")
        let response: HTTPResponse
        do throws(StorageError) {
            response = try await send(
                HTTPRequest(.put, root + "/latest/api/token", headers: [header], timeout: .seconds(1)))
        } catch {
            if error.kind == .cancelled { throw error }
            return nil
        }
        let asksWithout = tools.variable("AWS_EC2_METADATA_V1_DISABLED")?.lowercased() != "true"
        return switch response.status {
        case 200: [HTTPHeader("x-aws-ec2-metadata-token", String(decoding: response.body, as: UTF8.self))]
        case 403, 404, 405: asksWithout ? [] : nil
        default: nil
        }
    }

    /// Nil: the instance has no role.
    private func ask(_ path: String, _ proof: [HTTPHeader]) async throws(StorageError) -> String? {
        let response = try await send(HTTPRequest(.get, root + path, headers: proof, timeout: .seconds(1)))
        switch response.status {
        case 200: return String(decoding: response.body, as: UTF8.self)
        case 404: return nil
        default:
            throw StorageError(
                .unauthenticated, during: .connect, at: root + path,
                message: "the instance's metadata service answered HTTP \(response.status)",
                disposition: response.status >= 500 ? .transient(retryAfter: nil) : .permanent)
        }
    }

    private func send(_ request: HTTPRequest) async throws(StorageError) -> HTTPResponse {
        try await tools.send(request, by: tools.localClient(), to: "the instance's metadata service")
    }
}
