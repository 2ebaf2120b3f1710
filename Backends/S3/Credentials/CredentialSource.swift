// Part of godwit. SPDX-License-Identifier: Apache-2.0

package import StorageModel

/// Where credentials come from. Asked before every request: a source that has to fetch them keeps them itself.
package protocol CredentialSource: Sendable {
    /// Where it looks, for people: `the environment (AWS_ACCESS_KEY_ID)`.
    var place: String { get }
    /// Credentials that hold now. Nil: there are none here; requests go unsigned, a chain looks further.
    func credentials() async throws(StorageError) -> Credentials?
}
