// Part of godwit. SPDX-License-Identifier: Apache-2.0

package import StorageModel

/// Several sources, asked in order; the first that has credentials gives them. None: an error that names the places.
package struct CredentialChain: CredentialSource {
    private let sources: [any CredentialSource]

    package init(_ sources: [any CredentialSource]) { self.sources = sources }

    package var place: String { sources.map(\.place).joined(separator: ", ") }

    package func credentials() async throws(StorageError) -> Credentials? {
        for source in sources {
            if let found = try await source.credentials() { return found }
        }
        throw StorageError(
            .unauthenticated, during: .connect, message: "no credentials found; looked at \(place)",
            advice: "set access_key_id and secret_access_key of the remote, or AWS_ACCESS_KEY_ID and "
                + "AWS_SECRET_ACCESS_KEY with env_auth")
    }
}
