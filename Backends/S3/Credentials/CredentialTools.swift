// Part of godwit. SPDX-License-Identifier: Apache-2.0

package import HTTPTransport
package import StorageModel

/// What sources of credentials work with.
package struct CredentialTools: Sendable {
    package var environment: [String: String]
    /// For services behind TLS, by the proxy and with the certificates that the settings name.
    package var client: @Sendable () -> HTTPClient
    /// For addresses of this machine and its network, which no proxy reaches.
    package var localClient: @Sendable () -> HTTPClient
    package var now: @Sendable () -> Timestamp
    /// Asks a person for the code of the device with this serial number. Nil: nobody can answer.
    package var askForCode: @Sendable (String) async -> String?

    package init(
        environment: [String: String], client: @escaping @Sendable () -> HTTPClient,
        localClient: @escaping @Sendable () -> HTTPClient, now: @escaping @Sendable () -> Timestamp = SystemClock.now,
        askForCode: @escaping @Sendable (String) async -> String? = { _ in nil }
    ) {
        self.environment = environment
        self.client = client
        self.localClient = localClient
        self.now = now
        self.askForCode = askForCode
    }

    /// A variable of the environment; nil when it is absent or empty.
    func variable(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }

    /// Where `path` is, `~/` being the home directory.
    func expanded(_ path: String) -> String {
        path.hasPrefix("~/") ? (variable("HOME") ?? "") + path.dropFirst() : path
    }

    /// Sends one request by `client`; `service` says who is asked, for errors.
    func send(
        _ request: HTTPRequest, by client: HTTPClient, to service: String
    ) async throws(StorageError) -> HTTPResponse {
        do throws(HTTPError) {
            return try await client.send(request)
        } catch {
            let kind: StorageError.Kind =
                switch error.kind {
                case .cancelled, .closed: .cancelled
                case .timedOut: .timedOut
                case .invalidURL, .hostNotFound, .tls: .invalidConfiguration
                default: .connectionLost
                }
            throw StorageError(
                kind, during: .connect, at: request.url,
                message: "\(service) cannot be asked for credentials: \(error.message)",
                disposition: kind == .connectionLost || kind == .timedOut ? .transient(retryAfter: nil) : .permanent)
        }
    }
}
