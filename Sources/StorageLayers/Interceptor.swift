// Part of godwit. SPDX-License-Identifier: Apache-2.0

package import StorageModel

/// A policy around every call of a backend: retries, limits, deadlines. One method, so one small file a policy.
///
/// The order, outermost first, is `retry(limit(timeout(backend)))`: a call that waits for its next attempt holds no
/// place in the limit, and an attempt that took too long is tried again.
package protocol Interceptor: Sendable {
    /// Makes the call by `next`, never, once or several times. Called again, `next` goes on where the last attempt
    /// broke off: a read behind the bytes that have come, a listing behind its last entry, a deletion with what is
    /// left.
    func around<T: Sendable>(
        _ call: Call, _ next: @Sendable () async throws(StorageError) -> T
    ) async throws(StorageError) -> T
}
