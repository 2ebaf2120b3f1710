// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import Dispatch
internal import Synchronization

#if canImport(Glibc)
    internal import Glibc
#endif

/// SIGINT and SIGTERM: the first asks the command to settle, the second ends the process at once.
///
/// Dispatch takes them outside of signal handlers. Blocking them and waiting in a thread would not do: the main thread
/// of an asynchronous program waits in Dispatch with all signals open.
final class Interruption: Sendable {
    private let signals: AsyncStream<Void>
    private let count = Atomic<Int>(0)
    /// Only kept alive: set in the initializer and never touched again, so no two threads meet here.
    nonisolated(unsafe) private let sources: [any DispatchSourceSignal]

    /// Whether a signal has arrived.
    var occurred: Bool { count.load(ordering: .acquiring) > 0 }

    init() {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingOldest(1))
        signals = stream
        sources = [SIGINT, SIGTERM].map { number in
            signal(number, SIG_IGN)
            return DispatchSource.makeSignalSource(signal: number, queue: .global(qos: .userInteractive))
        }
        for source in sources {
            source.setEventHandler { [self] in
                if count.add(1, ordering: .acquiringAndReleasing).newValue > 1 {
                    _exit(ExitStatus.interrupted.rawValue)
                }
                continuation.yield()
            }
            source.activate()
        }
    }

    /// Returns at the first signal, or when the task is cancelled.
    func wait() async {
        for await _ in signals { return }
    }
}
