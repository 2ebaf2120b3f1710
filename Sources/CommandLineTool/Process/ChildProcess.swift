// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import Dispatch
internal import StorageModel
internal import Synchronization

#if canImport(Glibc)
    internal import Glibc
#endif

/// Another program, run to its end.
enum ChildProcess {
    /// What it took.
    struct Cost: Sendable {
        /// By the clock.
        var seconds: Double
        /// Of processors.
        var processorSeconds: Double
    }

    /// Runs `arguments`, whose first is searched for as the shell does, with nothing but `environment`. Its output is
    /// thrown away; its errors go to the file `errors`.
    /// - Throws: `cancelled`, after it was ended; `unexpected` when it cannot be started, or ends with another status
    ///   than 0, with the last line of its errors.
    static func run(
        _ arguments: [String], environment: [String: String], errors: String
    ) async throws(StorageError) -> Cost {
        let start = ContinuousClock.now
        let process = Running(pid: try spawn(arguments, environment, errors: errors))
        let (status, usage) = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                // Waiting blocks a thread, which must be none of those that tasks run on.
                DispatchQueue.global().async { continuation.resume(returning: process.wait()) }
            }
        } onCancel: {
            process.end()
        }
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        if Task.isCancelled { throw StorageError(.cancelled, during: .validate, message: "cancelled") }
        guard status == 0 else {
            let text = (try? TextFile.contents(errors)) ?? ""
            let last = text.split(separator: "\n").last.map(String.init) ?? "it said nothing"
            throw StorageError(
                .unexpected, during: .validate, at: arguments[0], message: "it ended with an error: \(last)")
        }
        let processor = [usage.ru_utime, usage.ru_stime].reduce(0) { $0 + Double($1.tv_sec) + Double($1.tv_usec) / 1e6 }
        return Cost(seconds: seconds, processorSeconds: processor)
    }

    private static func spawn(
        _ arguments: [String], _ environment: [String: String], errors: String
    ) throws(StorageError) -> pid_t {
        var files = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&files)
        defer { posix_spawn_file_actions_destroy(&files) }
        posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&files, 1, "/dev/null", O_WRONLY, 0)
        posix_spawn_file_actions_addopen(&files, 2, errors, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        // What this program ignores, the other must not.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigemptyset(&signals)
        for number in [SIGINT, SIGTERM, SIGPIPE, SIGUSR2] { sigaddset(&signals, number) }
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF))
        let words = arguments.map { strdup($0) } + [nil]
        let variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { (words + variables).forEach { free($0) } }
        var pid = pid_t()
        let code = posix_spawnp(&pid, arguments[0], &files, &attributes, words, variables)
        guard code == 0 else {
            throw StorageError(
                .unexpected, during: .validate, at: arguments[0], message: String(cString: strerror(code)))
        }
        return pid
    }

    /// A process that was started and not waited for yet.
    private final class Running: Sendable {
        private let pid: pid_t
        private let isOver = Mutex(false)

        init(pid: pid_t) { self.pid = pid }

        /// Blocks until it is over.
        func wait() -> (status: Int32, usage: rusage) {
            // It is collected under the lock, so that its number is never another's when a signal is sent.
            var info = siginfo_t()
            while waitid(P_PID, id_t(pid), &info, WEXITED | WNOWAIT) != 0, errno == EINTR {}
            return isOver.withLock { isOver in
                isOver = true
                var status: Int32 = 0, usage = rusage()
                while wait4(pid, &status, 0, &usage) < 0, errno == EINTR {}
                return (status, usage)
            }
        }

        func end() { isOver.withLock { if !$0 { kill(pid, SIGTERM) } } }
    }
}
