// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import StorageModel
internal import Synchronization

/// A listing whose every page goes through a policy. A page that is asked for again comes from a new cursor behind the
/// last entry, since a cursor that threw is spent.
final class InterceptedListing: Listing {
    private struct State {
        var cursor: (any Listing)?
        /// The last entry handed out.
        var last: ObjectKey?
        /// Whether `cursor` began behind `last` and may show it again (a directory whose keys come after its name).
        var isResumed = false
    }

    private let base: any Backend
    private let interceptor: any Interceptor
    private let request: ListRequest
    private let state: Mutex<State>

    init(base: any Backend, interceptor: any Interceptor, request: ListRequest) {
        self.base = base
        self.interceptor = interceptor
        self.request = request
        state = Mutex(State(cursor: base.list(request)))
    }

    func next() async throws(StorageError) -> ListingPage? {
        try await interceptor.around(Call(.page, key: request.prefix)) {
            () async throws(StorageError) -> ListingPage? in
            try await page()
        }
    }

    private func page() async throws(StorageError) -> ListingPage? {
        let cursor = try cursor()
        do throws(StorageError) {
            guard var page = try await cursor.next() else { return nil }
            state.withLock { state in
                if state.isResumed, let last = state.last {
                    page.entries.removeAll { request.order.compare($0.key, last) <= 0 }
                }
                if let entry = page.entries.last {
                    state.last = entry.key.detached()
                    state.isResumed = false
                }
            }
            return page
        } catch {
            state.withLock { $0.cursor = nil }
            throw error
        }
    }

    private func cursor() throws(StorageError) -> any Listing {
        let cursor = state.withLock { state -> (any Listing)? in
            if let cursor = state.cursor { return cursor }
            guard state.last == nil || request.order != .unordered else { return nil }
            var rest = request
            if let last = state.last {
                rest.after = last
                rest.passesOver = false
                state.isResumed = true
            }
            let cursor = base.list(rest)
            state.cursor = cursor
            return cursor
        }
        guard let cursor else {
            throw StorageError(
                .connectionLost, during: .list, at: base.identity.container, key: request.prefix,
                message: "a listing without order broke off and cannot be continued", advice: "run again")
        }
        return cursor
    }
}
