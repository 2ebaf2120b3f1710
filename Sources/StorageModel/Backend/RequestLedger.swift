// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// Counts what was sent, by kind, retries included. Shared by both sides of a run.
public final class RequestLedger: Sendable {
    public enum Kind: Int, Sendable, CaseIterable { case list, head, get, put, post, copy, delete }

    private let counts: [Counter]
    private final class Counter: Sendable { let value = Atomic<Int>(0) }

    public init() { counts = Kind.allCases.map { _ in Counter() } }

    /// Adds one request of `kind`.
    public func count(_ kind: Kind) { counts[kind.rawValue].value.add(1, ordering: .relaxed) }

    public subscript(_ kind: Kind) -> Int { counts[kind.rawValue].value.load(ordering: .relaxed) }
}
