// Part of godwit. SPDX-License-Identifier: Apache-2.0

import HTTPTransport
import StorageModel
import Synchronization

@testable import BackendS3

/// A scripted directory bucket: it begins sessions, lets nothing be done without one, and answers the rest as a test tells it.
final class ExpressBucket: Sendable {
    static let name = "mine--use1-az4--x-s3"
    static let path = "/" + name
    /// How long a session holds.
    static let life: Int64 = 300

    private struct State {
        var seconds = ScriptedStore.clock.seconds
        var sessions = 0
        var refused: Set<String> = []
    }

    private let state = Mutex(State())
    /// Modes in which sessions may be begun.
    private let modes: Set<String>

    init(modes: Set<String> = ["ReadWrite", "ReadOnly"]) { self.modes = modes }

    var now: Timestamp { state.withLock { Timestamp(seconds: $0.seconds) } }
    /// Sessions begun so far.
    var sessions: Int { state.withLock { $0.sessions } }

    func pass(seconds: Int64) { state.withLock { $0.seconds += seconds } }

    /// From now on the store says that this session has ended.
    func end(session: Int) { _ = state.withLock { $0.refused.insert("token\(session)") } }

    /// Answers about sessions; nil: the request is one within a session.
    private func session(_ request: ScriptedServer.Request) -> ScriptedServer.Reply? {
        let isOwn = request.headers["x-amz-copy-source"] != nil
        if request.target == Self.path + "?session=" {
            let mode = request.headers["x-amz-create-session-mode"] ?? ""
            guard modes.contains(mode) else { return Self.error(403, "AccessDenied") }
            return state.withLock { state in
                state.sessions += 1
                let end = Timestamp(seconds: state.seconds + Self.life).rfc3339()
                return .answer(
                    200, [:],
                    """
                    <CreateSessionResult><Credentials><SessionToken>token\(state.sessions)</SessionToken>\
                    <SecretAccessKey>secret</SecretAccessKey><AccessKeyId>session\(state.sessions)</AccessKeyId>\
                    <Expiration>\(end)</Expiration></Credentials></CreateSessionResult>
                    """)
            }
        }
        if isOwn || request.target == Self.path && request.method != "HEAD" { return nil }
        guard let token = request.headers["x-amz-s3session-token"] else { return Self.error(403, "AccessDenied") }
        return state.withLock { $0.refused.contains(token) } ? Self.error(400, "ExpiredToken") : nil
    }

    static func error(_ status: Int, _ code: String) -> ScriptedServer.Reply {
        .answer(status, [:], "<Error><Code>\(code)</Code><Message>no</Message></Error>")
    }

    /// A backend of this bucket, whose requests within a session `handler` answers.
    func use(
        credentials: any CredentialSource = ScriptedStore.fixed,
        _ handler: @escaping @Sendable (ScriptedServer.Request) -> ScriptedServer.Reply,
        _ body: (ScriptedStore) async throws -> Void
    ) async throws {
        try await ScriptedStore.use(
            Self.name, credentials: credentials, now: { [self] in now }, configure: { _ in },
            { request, _ in self.session(request) ?? handler(request) }, body)
    }

    /// A backend of this bucket, all of whose requests within a session succeed.
    func use(_ body: (ScriptedStore) async throws -> Void) async throws {
        try await use({ _ in .answer(200) }, body)
    }
}
