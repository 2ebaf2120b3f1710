// Part of godwit. SPDX-License-Identifier: Apache-2.0

package import StorageModel

/// Credentials that were given and do not change.
package struct StaticCredentials: CredentialSource {
    private let given: Credentials

    package init(_ credentials: Credentials) { given = credentials }

    package var place: String { "the remote's settings" }
    package func credentials() async throws(StorageError) -> Credentials? { given }
}
