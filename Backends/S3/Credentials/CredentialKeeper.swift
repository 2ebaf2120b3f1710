// Part of godwit. SPDX-License-Identifier: Apache-2.0

package import StorageModel
internal import Synchronization

/// Keeps the credentials of a source, and gets new ones before they cease to hold: once, for everyone who asks meanwhile.
///
/// Within a quarter of an hour of their end they are renewed while the old ones are used; within ten minutes of it everyone
/// waits for the new ones, as AWS's own tools do. Those that hold for less than that are renewed in the last third and the last
/// sixth of their time. What cannot be renewed is used for as long as it holds.
package final class CredentialKeeper: CredentialSource {
    private struct State {
        var current: Credentials?
        /// Whether `current` is what the source had; nil may be that, too.
        var isFetched = false
        var fetched: Timestamp?
        var fetch: Task<Result<Credentials?, StorageError>, Never>?
        /// After a renewal that failed, none is begun before.
        var pausesUntil: Timestamp?
    }

    private enum Step {
        case use(Credentials?)
        case wait(Task<Result<Credentials?, StorageError>, Never>, Credentials?)
    }

    private let source: any CredentialSource
    private let now: @Sendable () -> Timestamp
    private let state = Mutex(State())

    package init(_ source: any CredentialSource, now: @escaping @Sendable () -> Timestamp = SystemClock.now) {
        self.source = source
        self.now = now
    }

    package var place: String { source.place }

    package func credentials() async throws(StorageError) -> Credentials? {
        try await follow(state.withLock { next(&$0) })
    }

    /// Others than `refused`, which the store says have ceased to hold; nil when the source has no others.
    package func credentials(insteadOf refused: Credentials) async throws(StorageError) -> Credentials? {
        let step: Step = state.withLock { state in
            if let current = state.current, current != refused { return .use(current) }
            return .wait(fetch(&state), nil)
        }
        let found = try await follow(step)
        return found == refused ? nil : found
    }

    private func next(_ state: inout State) -> Step {
        guard state.isFetched else { return .wait(fetch(&state), nil) }
        guard let current = state.current, let end = current.expiration else { return .use(state.current) }
        let now = now()
        let left = end.seconds - now.seconds, life = end.seconds - (state.fetched ?? now).seconds
        if left > min(900, life / 3) { return .use(current) }
        if let pause = state.pausesUntil, now < pause, left > 0 { return .use(current) }
        let fetch = fetch(&state)
        return left > min(600, life / 6) ? .use(current) : .wait(fetch, left > 0 ? current : nil)
    }

    /// The one fetch that is under way.
    private func fetch(_ state: inout State) -> Task<Result<Credentials?, StorageError>, Never> {
        if let fetch = state.fetch { return fetch }
        let fetch = Task { [self] in
            let result: Result<Credentials?, StorageError>
            do throws(StorageError) {
                result = .success(try await source.credentials())
            } catch {
                result = .failure(error)
            }
            let now = now()
            self.state.withLock { state in
                state.fetch = nil
                switch result {
                case .success(let found):
                    (state.current, state.isFetched, state.fetched, state.pausesUntil) = (found, true, now, nil)
                case .failure:
                    state.pausesUntil = Timestamp(seconds: now.seconds + 60)
                }
            }
            return result
        }
        state.fetch = fetch
        return fetch
    }

    private func follow(_ step: Step) async throws(StorageError) -> Credentials? {
        switch step {
        case .use(let credentials): return credentials
        case .wait(let fetch, let old):
            switch await fetch.value {
            case .success(let found): return found
            case .failure(let error):
                if let old { return old }
                throw error
            }
        }
    }
}
