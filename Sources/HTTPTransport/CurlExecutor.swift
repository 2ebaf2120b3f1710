// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Synchronization

/// An executor that is the libcurl event loop: jobs and callbacks share one thread.
///
/// The thread starts with the first job or command. After ``stop()`` it ends when nothing is ready any more; a job that
/// comes later still starts it again, so no task is ever left lying.
final class CurlExecutor: SerialExecutor, TaskExecutor {
    private struct Inbox {
        var jobs: [UnownedJob] = []
        var commands: [LoopCommand] = []
        var hasThread = false
        /// The thread is in, or about to enter, the kernel's wait.
        var isAsleep = false
        var isStopping = false
        /// Held until the loop is closed, which ends this cycle of references.
        var loop: HTTPLoop?

        var isEmpty: Bool { jobs.isEmpty && commands.isEmpty }
    }

    private let inbox = Mutex(Inbox())
    /// The loop's thread; 0: none.
    private let thread = Atomic<UInt>(0)
    let load = LoopLoad()
    /// Nil when the process had no descriptors left: jobs still run, requests fail.
    let poller = EventPoller()
    // These are touched by the loop's thread only, of which there is one at a time. The spare arrays are empty; they
    // keep the memory of what was carried out.
    nonisolated(unsafe) private var readyJobs: [UnownedJob] = []
    nonisolated(unsafe) private var spareJobs: [UnownedJob] = []
    nonisolated(unsafe) private var readyCommands: [LoopCommand] = []
    nonisolated(unsafe) private var spareCommands: [LoopCommand] = []

    func attach(_ loop: HTTPLoop) {
        inbox.withLock { $0.loop = loop }
    }

    /// Whether the caller runs on the loop's thread.
    var isCurrent: Bool { thread.load(ordering: .relaxed) == LoopThread.currentIdentity }

    /// Lets libcurl's callbacks, which run outside any job, use `assumeIsolated`.
    func checkIsolated() {
        precondition(isCurrent, "not on the thread of the HTTP loop")
    }

    // MARK: From any thread

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        if isCurrent {
            readyJobs.append(job)
        } else {
            deliver { $0.jobs.append(job) }
        }
    }

    func post(_ command: LoopCommand) {
        if isCurrent {
            readyCommands.append(command)
        } else {
            deliver { $0.commands.append(command) }
        }
    }

    /// Ends every transfer, then the thread.
    func stop() {
        let unused = inbox.withLock { inbox -> HTTPLoop? in
            inbox.isStopping = true
            // A loop without a thread has nothing to close.
            return inbox.hasThread ? nil : inbox.loop.take()
        }
        guard unused == nil, !isCurrent else { return }
        let isAsleep = inbox.withLock { $0.isAsleep.exchange(false) }
        if isAsleep { poller?.wake() }
    }

    private func deliver(_ add: (inout Inbox) -> Void) {
        let (needsThread, needsWaking) = inbox.withLock { inbox in
            add(&inbox)
            return (!inbox.hasThread.exchange(true), inbox.isAsleep.exchange(false))
        }
        if needsThread {
            LoopThread.start { self.run() }
        } else if needsWaking {
            poller?.wake()
        }
    }

    // MARK: On the loop's thread

    private func run() {
        thread.store(LoopThread.currentIdentity, ordering: .relaxed)
        load.threadBegan()
        var events: [SocketEvent] = []
        var loop = inbox.withLock { $0.loop }
        var isStopping = false
        while true {
            collect(&isStopping)
            runJobs()
            if isStopping, let closing = loop {
                closing.assumeIsolated { $0.close() }
                loop = nil
                inbox.withLock { $0.loop = nil }
            }
            let pause = turn(loop)
            guard let pause = fallAsleep(pause, mayEnd: isStopping) else { return }
            wait(pause, &events)
            load.measure()
            if !events.isEmpty, let loop {
                loop.assumeIsolated { [events] loop in loop.handle(events) }
            }
        }
    }

    /// Takes over what other threads left.
    private func collect(_ isStopping: inout Bool) {
        inbox.withLock { inbox in
            inbox.isAsleep = false
            isStopping = inbox.isStopping
            if !inbox.jobs.isEmpty {
                readyJobs.append(contentsOf: inbox.jobs)
                inbox.jobs.removeAll(keepingCapacity: true)
            }
            if !inbox.commands.isEmpty {
                readyCommands.append(contentsOf: inbox.commands)
                inbox.commands.removeAll(keepingCapacity: true)
            }
        }
    }

    /// Runs what is ready, and what that makes ready; bounded, so that jobs which wake one another cannot keep the
    /// network waiting.
    private func runJobs() {
        var rounds = 0
        var batch: [UnownedJob] = []
        swap(&batch, &spareJobs)
        while !readyJobs.isEmpty, rounds < 64 {
            swap(&batch, &readyJobs)
            // Nobody awaits the loop's actor, so these are tasks that prefer the loop. Run as if isolated to it, each would
            // be queued anew wherever it returns from a call to code that is isolated to nothing.
            for job in batch { job.runSynchronously(on: asUnownedTaskExecutor()) }
            batch.removeAll(keepingCapacity: true)
            rounds += 1
        }
        swap(&batch, &spareJobs)
    }

    /// Carries the commands out and lets libcurl do what is due. Returns how long the thread may sleep.
    private func turn(_ loop: HTTPLoop?) -> Int32 {
        var commands: [LoopCommand] = []
        swap(&commands, &spareCommands)
        swap(&commands, &readyCommands)
        var pause: Int32 = -1
        if let loop {
            pause = loop.assumeIsolated { loop in
                for command in commands { loop.perform(command) }
                return loop.turn()
            }
        } else {
            for case .start(let transfer) in commands { transfer.complete(.failure(HTTPLoop.closedError)) }
        }
        commands.removeAll(keepingCapacity: true)
        swap(&commands, &spareCommands)
        return readyJobs.isEmpty && readyCommands.isEmpty ? pause : 0
    }

    /// How long to wait, after making sure that nothing came meanwhile; nil: the thread is over.
    private func fallAsleep(_ pause: Int32, mayEnd: Bool) -> Int32? {
        guard pause != 0 else { return 0 }
        return inbox.withLock { inbox in
            guard inbox.isEmpty, inbox.isStopping == mayEnd else { return 0 }
            if mayEnd {
                inbox.hasThread = false
                thread.store(0, ordering: .relaxed)
                return nil
            }
            inbox.isAsleep = true
            return pause
        }
    }

    private func wait(_ pause: Int32, _ events: inout [SocketEvent]) {
        if let poller {
            poller.wait(milliseconds: pause, &events)
        } else if pause != 0 {
            // Nothing to be woken by: look again a little later.
            LoopThread.nap(milliseconds: 5)
        }
    }
}

extension Bool {
    /// Sets a new value and returns the old one.
    fileprivate mutating func exchange(_ new: Bool) -> Bool {
        defer { self = new }
        return self
    }
}
