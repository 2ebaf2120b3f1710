// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import Synchronization

#if canImport(Glibc)
    internal import Glibc
#endif

/// SIGINT and SIGTERM: the first asks the command to settle, the second ends the process at once.
///
/// Both are blocked in every thread and taken by one that does nothing else, so no code runs in a signal handler.
final class Interruption: Sendable {
    private let signals: AsyncStream<Void>
    private let hasOccurred = Atomic<Bool>(false)

    /// Whether a signal has arrived.
    var occurred: Bool { hasOccurred.load(ordering: .acquiring) }

    /// Call before any other thread exists: threads inherit what is blocked.
    init() {
        var set = sigset_t()
        sigemptyset(&set)
        sigaddset(&set, SIGINT)
        sigaddset(&set, SIGTERM)
        pthread_sigmask(SIG_BLOCK, &set, nil)
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingOldest(1))
        signals = stream
        Self.spawn { [self] in
            var number: Int32 = 0
            while sigwait(&set, &number) != 0 {}
            hasOccurred.store(true, ordering: .releasing)
            continuation.yield()
            while sigwait(&set, &number) != 0 {}
            _exit(ExitStatus.interrupted.rawValue)
        }
    }

    /// Returns at the first signal, or when the task is cancelled.
    func wait() async {
        for await _ in signals { return }
    }

    private final class Body {
        let run: () -> Void
        init(_ run: @escaping () -> Void) { self.run = run }
    }

    private static func spawn(_ run: @escaping () -> Void) {
        var thread = pthread_t()
        let body = Unmanaged.passRetained(Body(run))
        let status = pthread_create(
            &thread, nil,
            { argument in
                if let argument { Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run() }
                return nil
            }, body.toOpaque())
        if status == 0 { pthread_detach(thread) } else { body.release() }
    }
}
