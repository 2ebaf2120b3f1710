// Part of godwit. SPDX-License-Identifier: Apache-2.0

import BackendS3
import StorageModel
import Synchronization
import Testing

/// When new credentials are got, by a clock of the test's own.
@Suite struct CredentialKeeperTests {
    /// Numbers what it gives, which holds for `life` seconds, until it is told to fail.
    private final class Counted: CredentialSource {
        struct State {
            var given = 0
            var fails = false
            var now: Int64 = 1_000_000
        }
        let state = Mutex(State())
        let life: Int64?
        let delay: Duration?

        init(life: Int64?, delay: Duration? = nil) { (self.life, self.delay) = (life, delay) }

        var place: String { "a test" }
        var given: Int { state.withLock { $0.given } }
        var clock: @Sendable () -> Timestamp { { [self] in Timestamp(seconds: state.withLock { $0.now }) } }
        func advance(_ seconds: Int64) { state.withLock { $0.now += seconds } }

        func credentials() async throws(StorageError) -> Credentials? {
            if let delay { try? await Task.sleep(for: delay) }
            let (given, fails, now) = state.withLock { state in
                state.given += 1
                return (state.given, state.fails, state.now)
            }
            if fails { throw StorageError(.connectionLost, during: .connect, message: "no") }
            return Credentials(
                accessKeyID: "k\(given)", secretAccessKey: "s", expiration: life.map { Timestamp(seconds: now + $0) })
        }
    }

    @Test func whatHoldsForeverIsGotOnce() async throws {
        let source = Counted(life: nil), keeper = CredentialKeeper(source, now: source.clock)
        for _ in 0..<3 { #expect(try await keeper.credentials()?.accessKeyID == "k1") }
        source.advance(1_000_000)
        #expect(try await keeper.credentials()?.accessKeyID == "k1")
    }

    @Test func isRenewedOnceForAll() async throws {
        let source = Counted(life: 3600, delay: .milliseconds(20))
        let keeper = CredentialKeeper(source, now: source.clock)
        for round in 1...2 {
            let found = try await withThrowingTaskGroup(of: String?.self) { group in
                for _ in 0..<50 { group.addTask { try await keeper.credentials()?.accessKeyID } }
                return try await group.reduce(into: Set<String?>()) { $0.insert($1) }
            }
            #expect(found == ["k\(round)"])
            #expect(source.given == round)
            source.advance(3600 - 599)
        }
    }

    @Test func isRenewedAheadWhileTheOldOnesServe() async throws {
        let source = Counted(life: 3600), keeper = CredentialKeeper(source, now: source.clock)
        _ = try await keeper.credentials()
        source.advance(3600 - 901)
        #expect(try await keeper.credentials()?.accessKeyID == "k1")
        #expect(source.given == 1)
        source.advance(2)
        #expect(try await keeper.credentials()?.accessKeyID == "k1")
        while try await keeper.credentials()?.accessKeyID == "k1" { await Task.yield() }
        #expect(source.given == 2)
    }

    /// Credentials that hold for five minutes would always be within ten minutes of their end.
    @Test func whatHoldsBrieflyIsNotGotForEachRequest() async throws {
        let source = Counted(life: 300), keeper = CredentialKeeper(source, now: source.clock)
        for _ in 0..<10 {
            #expect(try await keeper.credentials()?.accessKeyID == "k1")
            source.advance(10)
        }
        source.advance(160)
        #expect(try await keeper.credentials()?.accessKeyID == "k2")
    }

    @Test func theOldOnesServeWhereNewOnesCannotBeHad() async throws {
        let source = Counted(life: 3600), keeper = CredentialKeeper(source, now: source.clock)
        _ = try await keeper.credentials()
        source.state.withLock { $0.fails = true }
        source.advance(3300)
        for _ in 0..<5 { #expect(try await keeper.credentials()?.accessKeyID == "k1") }
        #expect(source.given == 2)
        source.advance(61)
        #expect(try await keeper.credentials()?.accessKeyID == "k1")
        #expect(source.given == 3)
        source.advance(300)
        await #expect(throws: StorageError.self) { try await keeper.credentials() }
        source.state.withLock { $0.fails = false }
        #expect(try await keeper.credentials()?.accessKeyID == "k5")
    }

    @Test func whatTheStoreRefusesIsReplaced() async throws {
        let source = Counted(life: 3600), keeper = CredentialKeeper(source, now: source.clock)
        let first = try #require(try await keeper.credentials())
        #expect(try await keeper.credentials(insteadOf: first)?.accessKeyID == "k2")
        // Who was refused with the same ones gets those that another was given.
        #expect(try await keeper.credentials(insteadOf: first)?.accessKeyID == "k2")
        #expect(source.given == 2)
        let given = CredentialKeeper(StaticCredentials(first))
        #expect(try await given.credentials(insteadOf: first) == nil)
    }
}
