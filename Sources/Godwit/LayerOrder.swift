// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import StorageLayers
internal import StorageModel

/// The one place that fixes which policies stand around a backend, and in which order: outermost first,
/// `split(retry(backend))`, where splitting concerns listings alone; signing is innermost, within the backend, fresh for each attempt.
///
/// Connections are limited and timed by the HTTP client, which knows bytes rather than calls; requests are counted by
/// the backend's ledger. The rate of local copies is limited in a run, where both sides are known.
struct LayerOrder: Sendable {
    /// How often anything was tried again.
    let retries = RetryCounter()
    private let retry: Retry<ContinuousClock>
    private let isRegulated: Bool
    private let listedAheadMax: Int

    init(attemptsMax: Int, listedAheadMax: Int, isRegulated: Bool = true) {
        self.isRegulated = isRegulated
        self.listedAheadMax = listedAheadMax
        retry = Retry(RetryPolicy(attemptsMax: max(attemptsMax, 1)), counter: retries)
    }

    /// `backend` with the policies of every backend of the session.
    func around(_ backend: any Backend) -> any Backend {
        isRegulated ? InterceptedBackend(backend, retry, splitting: SplitLimits(bytesMax: listedAheadMax)) : backend
    }

    /// A call that belongs to no backend, with the same policies.
    func around<T: Sendable>(
        _ call: Call, _ next: @Sendable () async throws(StorageError) -> T
    ) async throws(StorageError) -> T {
        try await retry.around(call, next)
    }
}
