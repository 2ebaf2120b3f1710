// Part of godwit. SPDX-License-Identifier: Apache-2.0

import DequeModule
import StorageModel
import Synchronization

/// A queue between tasks of one run that makes its senders wait while it is full: any number of senders and takers.
///
/// The tasks of a run are cancelled together, so a waiter that is cancelled closes the channel for all.
final class BoundedChannel<Element: Sendable>: Sendable {
    private struct State {
        var items = Deque<Element>()
        var isFinished = false
        var failure: StorageError?
        var takers = Deque<CheckedContinuation<Void, Never>>()
        var senders = Deque<CheckedContinuation<Void, Never>>()
    }

    private let capacity: Int
    private let precedes: (@Sendable (Element, Element) -> Bool)?
    private let state = Mutex(State())

    /// A channel whose senders wait while it holds `capacity` elements or more.
    ///
    /// `precedes`: which of two elements comes first, and not in the order of their coming alone.
    init(capacity: Int, precedes: (@Sendable (Element, Element) -> Bool)? = nil) {
        precondition(capacity > 0)
        self.capacity = capacity
        self.precedes = precedes
    }

    /// Elements that wait to be taken.
    var count: Int { state.withLock { $0.items.count } }

    /// Why the sending side gave up; meaningful after ``next()`` returned nil.
    var failure: StorageError? { state.withLock { $0.failure } }

    /// Appends `batch` as soon as there is any room, so that a batch may go beyond the capacity once. False when the
    /// channel was closed and the batch dropped.
    @discardableResult
    func send(_ batch: [Element]) async -> Bool {
        guard !batch.isEmpty else { return true }
        while true {
            switch offer(batch) {
            case .done: return true
            case .closed: return false
            case .blocked: await waitForRoom()
            }
        }
    }

    /// Waits for the first element; false when none comes. Before anyone takes: whoever waits here would be woken in the place
    /// of one who does.
    func begins() async -> Bool {
        await waitForElement()
        return count > 0
    }

    /// The next element, or the last; nil when the channel is finished and empty, or closed.
    func next(fromBack: Bool = false) async -> Element? {
        while true {
            switch take(fromBack) {
            case .element(let element): return element
            case .ended: return nil
            case .nothing: await waitForElement()
            }
        }
    }

    /// No more elements come; what is there can still be taken.
    func finish(throwing failure: StorageError? = nil) {
        wake { state in
            guard !state.isFinished else { return }
            state.isFinished = true
            state.failure = failure
        }
    }

    /// Drops what is there and ends both sides.
    func close() {
        wake { state in
            state.isFinished = true
            state.items.removeAll()
        }
    }

    private enum Offer { case done, closed, blocked }
    private enum Taken { case element(Element), ended, nothing }

    private func offer(_ batch: [Element]) -> Offer {
        let (offer, takers) = state.withLock { state -> (Offer, [CheckedContinuation<Void, Never>]) in
            if state.isFinished { return (.closed, []) }
            guard state.items.count < capacity else { return (.blocked, []) }
            insert(batch, into: &state.items)
            let count = min(batch.count, state.takers.count)
            guard count > 0 else { return (.done, []) }
            let woken = Array(state.takers.prefix(count))
            state.takers.removeFirst(count)
            return (.done, woken)
        }
        for taker in takers { taker.resume() }
        return offer
    }

    private func insert(_ batch: [Element], into items: inout Deque<Element>) {
        guard let precedes else { return items.append(contentsOf: batch) }
        for element in batch {
            var (low, high) = (0, items.count)
            while low < high {
                let middle = (low + high) / 2
                if precedes(element, items[middle]) { high = middle } else { low = middle + 1 }
            }
            items.insert(element, at: low)
        }
    }

    private func take(_ fromBack: Bool) -> Taken {
        let (taken, sender) = state.withLock { state -> (Taken, CheckedContinuation<Void, Never>?) in
            guard let element = fromBack ? state.items.popLast() : state.items.popFirst() else {
                return (state.isFinished ? .ended : .nothing, nil)
            }
            return (.element(element), state.items.count < capacity ? state.senders.popFirst() : nil)
        }
        sender?.resume()
        return taken
    }

    private func waitForElement() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let waits = state.withLock { state in
                    guard state.items.isEmpty, !state.isFinished else { return false }
                    state.takers.append(continuation)
                    return true
                }
                if !waits { continuation.resume() }
            }
        } onCancel: {
            close()
        }
    }

    private func waitForRoom() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let waits = state.withLock { state in
                    guard state.items.count >= capacity, !state.isFinished else { return false }
                    state.senders.append(continuation)
                    return true
                }
                if !waits { continuation.resume() }
            }
        } onCancel: {
            close()
        }
    }

    private func wake(_ change: (inout State) -> Void) {
        let waiting = state.withLock { state in
            change(&state)
            let waiting = Array(state.takers) + Array(state.senders)
            state.takers.removeAll()
            state.senders.removeAll()
            return waiting
        }
        for waiter in waiting { waiter.resume() }
    }
}
