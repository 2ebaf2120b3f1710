// Part of godwit. SPDX-License-Identifier: Apache-2.0

package import StorageModel

/// No credentials, on purpose: for public buckets.
package struct AnonymousCredentials: CredentialSource {
    package init() {}

    package var place: String { "nowhere (anonymous)" }
    package func credentials() async throws(StorageError) -> Credentials? { nil }
}
