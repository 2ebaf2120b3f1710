// Part of godwit. SPDX-License-Identifier: Apache-2.0

public import StorageModel
public import SyncEngine

/// Opens locations and runs the engine between them. One session owns the connections of both sides.
public final class Session: Sendable {
    public let options: SessionOptions
    /// Requests sent by every remote of this session.
    public let requests = RequestLedger()

    public enum Side: Sendable { case source, target }

    public init(_ options: SessionOptions) throws(StorageError) {
        self.options = options
    }

    /// Opens what `location` names. Without a trailing slash it is looked up once, unless `expecting` says what it is.
    public func open(
        _ location: String, as side: Side, expecting: Expectation = .lookUp
    ) async throws(StorageError) -> OpenLocation {
        throw StorageError(.unsupported, during: .validate, message: "not yet")
    }

    /// How to read a location without a trailing slash.
    public enum Expectation: Sendable {
        /// Ask the store whether it is an object.
        case lookUp
        /// It is a prefix or a directory (a sync's target).
        case prefix
        /// It is one object (`copyto`, `cat`, `put`).
        case object
    }

    /// The buckets of the remote that `location` names.
    public func containers(of location: String) async throws(StorageError) -> [Container] { [] }

    /// A presigned URL for reading one object.
    public func presign(_ location: String, expires: Duration) async throws(StorageError) -> String { "" }

    /// Compares and carries out; every failure of an object is in the report, never thrown.
    public func run(
        _ options: SyncOptions, from source: SyncLocation, to target: SyncLocation, observer: (any SyncObserver)?
    ) async -> SyncReport { SyncReport() }

    /// Closes connections. Nothing of the session may be used afterwards.
    public func shutdown() {}
}

/// A bucket as its account lists it.
public struct Container: Sendable, Hashable {
    public var name: String
    public var created: Timestamp?

    public init(name: String, created: Timestamp?) {
        self.name = name
        self.created = created
    }
}
