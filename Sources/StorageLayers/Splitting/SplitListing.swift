// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import StorageModel
internal import Synchronization

/// A listing whose pages are asked for side by side, ahead of whoever reads and in bounded memory. What comes is what one
/// cursor would have given, in its order.
final class SplitListing: Listing {
    private let work: Work

    /// Lists `request` by cursors that `open` makes.
    init(_ request: ListRequest, _ limits: SplitLimits, open: @escaping @Sendable (ListRequest) -> any Listing) {
        work = Work(request, limits, open)
    }

    deinit { work.end() }

    func next() async throws(StorageError) -> ListingPage? {
        let work = work
        let result = await withTaskCancellationHandler {
            await work.next()
        } onCancel: {
            work.end()
        }
        return try result.get()
    }

    /// What outlives the cursor until the last request has ended.
    private final class Work: Sendable {
        private struct State {
            var window: ListingWindow
            var cursors: [Int: any Listing] = [:]
            var tasks: [Int: Task<Void, Never>] = [:]
            var waiter: CheckedContinuation<Void, Never>?
            /// Answers so far.
            var arrivals = 0
            var isOver = false
        }

        private let request: ListRequest
        private let open: @Sendable (ListRequest) -> any Listing
        private let state: Mutex<State>
        private let begun = ContinuousClock.now

        init(_ request: ListRequest, _ limits: SplitLimits, _ open: @escaping @Sendable (ListRequest) -> any Listing) {
            self.request = request
            self.open = open
            state = Mutex(State(window: ListingWindow(request, limits)))
        }

        func next() async -> Result<ListingPage?, StorageError> {
            while true {
                let (step, arrivals) = state.withLock { state -> (ListingWindow.Step, Int) in
                    if state.isOver { return (.failed(Self.cancelled), 0) }
                    return (state.window.next(), state.arrivals)
                }
                ask()
                switch step {
                case .page(let page): return .success(page)
                case .end:
                    end()
                    return .success(nil)
                case .failed(let error):
                    end()
                    return .failure(error)
                case .wait: await arrival(after: arrivals)
                }
            }
        }

        /// Returns when more answers have come than `known`.
        private func arrival(after known: Int) async {
            await withCheckedContinuation { continuation in
                let isDue = state.withLock { state in
                    if state.isOver || state.arrivals > known { return true }
                    state.waiter = continuation
                    return false
                }
                if isDue { continuation.resume() }
            }
        }

        /// Sends the requests that are due.
        private func ask() {
            state.withLock { state in
                guard !state.isOver else { return }
                let fetches = state.window.fetches()
                guard !fetches.isEmpty else { return }
                let alive = Set(state.window.alive)
                for id in state.tasks.keys where !alive.contains(id) { state.tasks[id]?.cancel() }
                state.cursors = state.cursors.filter { alive.contains($0.key) }
                for fetch in fetches {
                    let cursor = state.cursors[fetch.segment] ?? cursor(fetch)
                    state.cursors[fetch.segment] = cursor
                    // A request ahead of its reader belongs to the listing, which ends it when it is dropped.
                    state.tasks[fetch.segment] = Task { [self] in await page(of: cursor, fetch.segment) }
                }
            }
        }

        private func cursor(_ fetch: ListingWindow.Fetch) -> any Listing {
            var request = request
            if let directory = fetch.directory {
                request.prefix = directory
                request.delimiter = UInt8(ascii: "/")
            }
            if let after = fetch.after {
                request.passesOver = request.passesOver && after == request.after
                request.after = after
            }
            return open(request)
        }

        private func page(of cursor: any Listing, _ segment: Int) async {
            let result: Result<ListingPage?, StorageError>
            do throws(StorageError) { result = .success(try await cursor.next()) } catch { result = .failure(error) }
            let elapsed = begun.duration(to: .now)
            let seconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18
            let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
                state.tasks[segment] = nil
                state.arrivals += 1
                guard !state.isOver else { return nil }
                switch result {
                case .success(let page): state.window.received(segment, page, at: seconds)
                case .failure(let error): state.window.failed(segment, error)
                }
                return state.waiter.take()
            }
            ask()
            waiter?.resume()
        }

        func end() {
            let (tasks, waiter) = state.withLock { state in
                state.isOver = true
                defer {
                    state.tasks = [:]
                    state.cursors = [:]
                }
                return (Array(state.tasks.values), state.waiter.take())
            }
            for task in tasks { task.cancel() }
            waiter?.resume()
        }

        private static let cancelled = StorageError(.cancelled, during: .list, message: "cancelled while listing")
    }
}
