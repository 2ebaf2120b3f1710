// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Glibc

/// The thread of an event loop: detached, deaf to signals.
enum LoopThread {
    /// Tells threads that live at the same time apart; never 0.
    static var currentIdentity: UInt { UInt(pthread_self()) }

    /// Runs `body` on a thread of its own.
    static func start(_ body: @escaping @Sendable () -> Void) {
        let context = Unmanaged.passRetained(ThreadBody(body)).toOpaque()
        var thread = pthread_t()
        var attempts = 0
        while true {
            let code = pthread_create(&thread, nil, { runThread($0) }, context)
            if code == 0 { break }
            // An executor cannot refuse a job: wait for the system to have a thread again.
            attempts += 1
            precondition(attempts < 1000, "cannot create a thread: error \(code)")
            nap(milliseconds: 10)
        }
        pthread_detach(thread)
    }

    static func nap(milliseconds: Int) {
        var time = timespec(tv_sec: 0, tv_nsec: milliseconds * 1_000_000)
        nanosleep(&time, nil)
    }

    /// Signals for the process are the business of other threads, and a write to a closed connection must be an error
    /// (`EPIPE`), not a SIGPIPE. Blocking it here leaves the rest of the process as it was.
    fileprivate static func blockSignals() {
        var signals = sigset_t()
        sigfillset(&signals)
        for fault in [SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP, SIGSYS, SIGPROF] { sigdelset(&signals, fault) }
        pthread_sigmask(SIG_SETMASK, &signals, nil)
    }
}

private final class ThreadBody {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}

private func runThread(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let context else { return nil }
    LoopThread.blockSignals()
    Unmanaged<ThreadBody>.fromOpaque(context).takeRetainedValue().run()
    return nil
}
