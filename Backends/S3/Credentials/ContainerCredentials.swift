// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import HTTPTransport
package import StorageModel

/// Those that the container's host hands out (ECS, EKS Pod Identity;
/// https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html).
package struct ContainerCredentials: CredentialSource {
    private let tools: CredentialTools
    private static let relativeHost = "http://169.254.170.2"
    /// What may be asked without TLS beside this machine itself.
    private static let trusted = ["169.254.170.2", "169.254.170.23", "[fd00:ec2::23]", "localhost", "[::1]"]
    private static let attempts = 3

    package init(_ tools: CredentialTools) { self.tools = tools }

    package var place: String { "the container (AWS_CONTAINER_CREDENTIALS_RELATIVE_URI)" }

    package func credentials() async throws(StorageError) -> Credentials? {
        guard let url = try address() else { return nil }
        var headers = [HTTPHeader("accept", "application/json")]
        if let token = try token() { headers.append(HTTPHeader("authorization", token)) }
        let request = HTTPRequest(.get, url, headers: headers, timeout: .seconds(2))
        for attempt in 1... {
            do throws(StorageError) {
                let response = try await tools.send(request, by: tools.localClient(), to: "the container's host")
                guard response.status == 200 else {
                    throw StorageError(
                        .unauthenticated, during: .connect, at: url,
                        message:
                            "the container's host answered HTTP \(response.status) to the question for credentials",
                        disposition: response.status >= 500 ? .transient(retryAfter: nil) : .permanent)
                }
                return try CredentialDocument.credentials(in: response.body, from: url)
            } catch {
                guard error.isTransient, attempt < Self.attempts else { throw error }
            }
        }
        return nil
    }

    private func address() throws(StorageError) -> String? {
        if let path = tools.variable("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI") {
            return Self.relativeHost + (path.hasPrefix("/") ? path : "/" + path)
        }
        guard let url = tools.variable("AWS_CONTAINER_CREDENTIALS_FULL_URI") else { return nil }
        let isPlain = url.lowercased().hasPrefix("http://")
        let authority = url.drop { $0 != ":" }.drop { $0 == ":" || $0 == "/" }.prefix { $0 != "/" && $0 != "?" }
        let host = S3Endpoint(String(authority))?.host ?? ""
        guard !isPlain || Self.trusted.contains(host) || host.hasPrefix("127.") else {
            throw StorageError(
                .invalidConfiguration, during: .connect, at: url,
                message: "AWS_CONTAINER_CREDENTIALS_FULL_URI leads to a host that must not be asked without TLS",
                advice: "use https, or an address of this machine")
        }
        return url
    }

    private func token() throws(StorageError) -> String? {
        var token = tools.variable("AWS_CONTAINER_AUTHORIZATION_TOKEN")
        if let file = tools.variable("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE") {
            token = try CredentialFile.token(file)
        }
        guard let token, token.utf8.contains(where: { $0 == 10 || $0 == 13 }) else { return token }
        throw StorageError(
            .invalidConfiguration, during: .connect,
            message: "the container's authorization token has more than one line",
            advice: "check AWS_CONTAINER_AUTHORIZATION_TOKEN and the file of AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE")
    }
}
