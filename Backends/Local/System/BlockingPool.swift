// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

#if canImport(Glibc)
    import Glibc
#endif

/// A few threads for system calls that may take long, so that no cooperative thread waits for a disk.
final class BlockingPool: Sendable {
    private struct State {
        var jobs: [@Sendable () -> Void] = []
        /// The next job's index; the array is cut when half of it was taken.
        var head = 0
        var threads = 0
        var idle = 0
        var isClosed = false

        var waiting: Int { jobs.count - head }

        mutating func take() -> (@Sendable () -> Void)? {
            guard head < jobs.count else { return nil }
            defer {
                head += 1
                if head * 2 > jobs.count {
                    jobs.removeFirst(head)
                    head = 0
                }
            }
            return jobs[head]
        }
    }

    private let shared = Condition(State())
    private let threadsMax: Int

    /// A pool of at most `threads`, which start when they are needed.
    init(threads: Int) { threadsMax = max(threads, 1) }

    deinit {
        // The threads hold the condition, not the pool; what is queued is still done.
        shared.withLock { $0.isClosed = true }
        shared.wake(all: true)
    }

    /// Runs `body` on a thread of the pool. It ends in one place, so its continuation needs no check.
    func run<R: Sendable>(_ body: @escaping @Sendable () throws(StorageError) -> R) async throws(StorageError) -> R {
        let result: Result<R, StorageError> = await withUnsafeContinuation { continuation in
            submit { continuation.resume(returning: Result(catching: body)) }
        }
        return try result.get()
    }

    /// Queues `job`; it runs some time on a thread of the pool.
    func submit(_ job: @escaping @Sendable () -> Void) {
        let needsThread = shared.withLock { state in
            state.jobs.append(job)
            guard state.idle < state.waiting, state.threads < threadsMax else { return false }
            state.threads += 1
            return true
        }
        shared.wake()
        if needsThread, !Self.startThread(shared), shared.withLock({ Self.threadFailed(&$0) }) {
            // No thread at all can be had: better here than never.
            while let job = shared.withLock({ $0.take() }) { job() }
        }
    }

    /// Forgets a thread that did not start; whether none is left.
    private static func threadFailed(_ state: inout State) -> Bool {
        state.threads -= 1
        return state.threads == 0
    }

    private static func startThread(_ shared: Condition<State>) -> Bool {
        var thread = pthread_t()
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        defer { pthread_attr_destroy(&attributes) }
        let context = Unmanaged.passRetained(shared)
        let status = pthread_create(
            &thread, &attributes,
            { context in
                guard let context else { return nil }
                let shared = Unmanaged<Condition<State>>.fromOpaque(context).takeRetainedValue()
                while let job = BlockingPool.nextJob(shared) { job() }
                return nil
            }, context.toOpaque())
        if status != 0 { context.release() }
        return status == 0
    }

    /// The next job; nil when the pool is gone and its queue empty.
    private static func nextJob(_ shared: Condition<State>) -> (@Sendable () -> Void)? {
        var isIdle = false
        return shared.wait { state -> (@Sendable () -> Void)?? in
            if isIdle { state.idle -= 1 }
            isIdle = false
            if let job = state.take() { return .some(job) }
            if state.isClosed { return .some(nil) }
            state.idle += 1
            isIdle = true
            return nil
        }
    }
}
