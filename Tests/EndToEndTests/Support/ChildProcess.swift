// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Dispatch
import Foundation
import Glibc

/// A program that runs beside the tests. Waiting for it blocks a thread of its own, never one of the tests' pool.
struct ChildProcess: Sendable {
    /// How a program ended.
    struct Outcome: Sendable {
        /// The exit status, or 128 and the signal that ended it.
        var status: Int32
        var output: Data
        var errors: Data
        var timedOut: Bool

        var text: String { String(decoding: output, as: UTF8.self) }
        var errorText: String { String(decoding: errors, as: UTF8.self) }
        var lines: [String] { text.split(separator: "\n").map(String.init) }
    }

    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    let identifier: pid_t
    private let scratch: Scratch

    /// Starts `arguments`, the first being the program's path.
    init(_ arguments: [String], environment: [String: String], input: Data = Data()) throws {
        scratch = try Scratch()
        try input.write(to: URL(fileURLWithPath: scratch.path("in")))
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        let written = O_WRONLY | O_CREAT | O_TRUNC
        posix_spawn_file_actions_addopen(&actions, 0, scratch.path("in"), O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, scratch.path("out"), written, 0o600)
        posix_spawn_file_actions_addopen(&actions, 2, scratch.path("err"), written, 0o600)

        // The threads that start programs here have signals blocked, which a child would inherit.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        var all = sigset_t()
        sigemptyset(&none)
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

        let words = arguments.map { strdup($0) } + [nil]
        let variables = environment.map { strdup("\($0)=\($1)") } + [nil]
        defer { (words + variables).forEach { free($0) } }
        var started: pid_t = 0
        let status = posix_spawnp(&started, arguments[0], &actions, &attributes, words, variables)
        guard status == 0 else { throw Failure(description: "\(arguments[0]): \(String(cString: strerror(status)))") }
        identifier = started
    }

    /// Sends a signal.
    func signal(_ number: Int32) { kill(identifier, number) }

    /// Whether the program is over; it may still have to be waited for.
    var hasEnded: Bool {
        var end = siginfo_t()
        return waitid(P_PID, id_t(identifier), &end, WEXITED | WNOHANG | WNOWAIT) != 0 || end.si_signo != 0
    }

    /// What the program has written to its standard error so far.
    var errorsSoFar: String { (try? String(contentsOfFile: scratch.path("err"), encoding: .utf8)) ?? "" }

    /// Waits for the end; after `seconds` the program is killed.
    func end(within seconds: Double) async throws -> Outcome {
        let identifier = identifier
        let (status, timedOut) = await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                continuation.resume(returning: Self.wait(for: identifier, seconds: seconds))
            }
        }
        let ended = status & 0x7f
        return Outcome(
            status: ended == 0 ? (status >> 8) & 0xff : 128 + ended,
            output: try Data(contentsOf: URL(fileURLWithPath: scratch.path("out"))),
            errors: try Data(contentsOf: URL(fileURLWithPath: scratch.path("err"))),
            timedOut: timedOut)
    }

    private static func wait(for identifier: pid_t, seconds: Double) -> (Int32, Bool) {
        var status: Int32 = 0
        let end = Date(timeIntervalSinceNow: seconds)
        var pause: UInt32 = 1_000
        while waitpid(identifier, &status, WNOHANG) == 0 {
            if Date() > end {
                kill(identifier, SIGKILL)
                waitpid(identifier, &status, 0)
                return (status, true)
            }
            usleep(pause)
            pause = min(pause * 2, 20_000)
        }
        return (status, false)
    }
}
