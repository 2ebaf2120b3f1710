// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import BackendS3
public import StorageModel
internal import Synchronization

/// An object in a store that says who may write to a target, for runs on different machines (`--lock`).
///
/// It is made on the condition that none is there, and carries the time at which it expires; who holds it renews it. An
/// expired one is taken over on the condition that nobody else did. A store that does not honour these conditions cannot
/// have one.
public final class LockObject: Sendable {
    /// How long a lock holds without being renewed.
    private static let lifetime: Int64 = 300
    private static let renewal = Duration.seconds(60)

    private let backend: any Backend
    private let key: ObjectKey
    private let holder: String
    private let now: @Sendable () -> Timestamp
    private let current: Mutex<(tag: VersionTag?, expires: Timestamp)>

    private init(
        _ backend: any Backend, _ key: ObjectKey, holder: String, now: @escaping @Sendable () -> Timestamp,
        _ written: (tag: VersionTag?, expires: Timestamp)
    ) {
        self.backend = backend
        self.key = key
        self.holder = holder
        self.now = now
        current = Mutex(written)
    }

    /// Takes the lock `key`. `holder` says in one line who that is.
    /// - Throws: `alreadyExists` when somebody else holds it, with who in the message; `unsupported` where the store
    ///   honours no conditions.
    public static func take(
        _ key: ObjectKey, in backend: any Backend, holder: String, now: (@Sendable () -> Timestamp)? = nil
    ) async throws(StorageError) -> LockObject {
        let now = now ?? SystemClock.now
        guard backend.capabilities.conditions.contains(.writeIfAbsent) else {
            throw StorageError(
                .unsupported, during: .write, at: backend.identity.container, key: key,
                message: "the store is not known to write on a condition, so it cannot keep a lock",
                advice: "keep the lock in another store, or name the store's provider in its configuration")
        }
        do throws(StorageError) {
            let written = try await write(key, backend, holder, now(), .absent)
            try await confirmOthersAreRefused(key, in: backend, holder: holder, now())
            return LockObject(backend, key, holder: holder, now: now, written)
        } catch {
            guard error.kind == .preconditionFailed || error.kind == .alreadyExists else { throw error }
        }
        let (entry, held) = try await read(key, backend)
        guard let expires = held.expires, expires <= now() else { throw isHeld(key, backend, held) }
        guard let tag = entry.tag, backend.capabilities.conditions.contains(.writeIfMatch) else {
            throw StorageError(
                .alreadyExists, during: .write, at: backend.identity.container, key: key,
                message: "the lock of \(held.holder) has expired, but the store cannot hand it over safely",
                advice: "delete it if that run is over")
        }
        do throws(StorageError) {
            let written = try await write(key, backend, holder, now(), .matches(tag))
            return LockObject(backend, key, holder: holder, now: now, written)
        } catch {
            guard error.kind == .preconditionFailed else { throw error }
            throw isHeld(key, backend, try await read(key, backend).held)
        }
    }

    /// Tries to take a lock that is there, as another run would. Ceph 16 honours the condition, except in buckets that keep
    /// versions; there both would believe to hold it.
    private static func confirmOthersAreRefused(
        _ key: ObjectKey, in backend: any Backend, holder: String, _ now: Timestamp
    ) async throws(StorageError) {
        var problem = StorageError(
            .unsupported, during: .write, at: backend.identity.container, key: key,
            message: "the bucket takes a second lock in the place of the first, so it cannot keep one",
            advice: "keep the lock in a bucket without versions, or in another store")
        do throws(StorageError) {
            _ = try await write(key, backend, holder, now, .absent)
        } catch {
            if error.kind == .preconditionFailed || error.kind == .alreadyExists { return }
            problem = error
        }
        // Whoever else was here at the same time found the same, and has no lock either.
        _ = try? await backend.delete([Deletion(key: key)])
        throw problem
    }

    /// Renews the lock until the task is cancelled; returns before that only when the lock is lost.
    public func hold() async -> StorageError? {
        while true {
            do { try await Task.sleep(for: Self.renewal) } catch { return nil }
            do throws(StorageError) {
                guard try await renew() else { return lost("the lock expired, since it could not be renewed") }
            } catch {
                if Task.isCancelled { return nil }
                if error.kind == .preconditionFailed || error.kind == .notFound {
                    return lost("the lock was taken by another run")
                }
                // A store that does not answer now may do so before the lock expires.
                if current.withLock({ $0.expires }) <= now() {
                    return lost("the lock expired, since it could not be renewed")
                }
            }
        }
    }

    /// Renews the lock; false when it expired before the store answered.
    private func renew() async throws(StorageError) -> Bool {
        let (tag, expires) = current.withLock { $0 }
        let isHonoured = backend.capabilities.conditions.contains(.writeIfMatch)
        let condition = isHonoured ? tag.map { Precondition.matches($0) } : nil
        do {
            return try await withThrowingTaskGroup(of: Bool.self) { group in
                group.addTask { [self] in
                    let written = try await Self.write(key, backend, holder, now(), condition)
                    current.withLock { $0 = written }
                    return true
                }
                group.addTask { [now] in
                    try await Task.sleep(for: now().distance(to: expires))
                    return false
                }
                defer { group.cancelAll() }
                return try await group.next() ?? false
            }
        } catch let error as StorageError {
            throw error
        } catch {
            throw StorageError(.cancelled, during: .write, key: key, message: "the run ended")
        }
    }

    private func lost(_ message: String) -> StorageError {
        StorageError(
            .preconditionFailed, during: .write, at: backend.identity.container, key: key, message: message,
            advice: "run the same command again to continue")
    }

    /// Gives the lock back, if it is still this one.
    public func release() async {
        do throws(StorageError) {
            guard try await Self.read(key, backend).held.holder == holder else { return }
            let isHonoured = backend.capabilities.conditions.contains(.deleteIfMatch)
            _ = try await backend.delete([Deletion(key: key, ifMatch: isHonoured ? current.withLock { $0.tag } : nil)])
        } catch {
            // It expires by itself.
        }
    }

    private struct Held {
        var holder: String
        var expires: Timestamp?
    }

    private static func write(
        _ key: ObjectKey, _ backend: any Backend, _ holder: String, _ now: Timestamp, _ condition: Precondition?
    ) async throws(StorageError) -> (tag: VersionTag?, expires: Timestamp) {
        let expires = Timestamp(seconds: now.seconds + lifetime)
        var metadata = ObjectMetadata()
        metadata.contentType = "text/plain"
        let entry = try await backend.write(
            PartBuffer(Array("\(expires.rfc3339())\n\(holder)\n".utf8)), to: key,
            WriteOptions(metadata: metadata, precondition: condition))
        return (entry.tag, expires)
    }

    /// What is written there. Anything else than a lock never expires.
    private static func read(
        _ key: ObjectKey, _ backend: any Backend
    ) async throws(StorageError) -> (entry: Entry, held: Held) {
        let buffer = PartBuffer(capacity: 4096)
        let entry = try await backend.read(key, ReadOptions(), into: buffer)
        let lines = buffer.array.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        guard lines.count == 3, let expires = Timestamp(rfc3339: lines[0]) else {
            return (entry, Held(holder: "an object that is no lock", expires: nil))
        }
        return (entry, Held(holder: String(decoding: lines[1], as: UTF8.self), expires: expires))
    }

    private static func isHeld(_ key: ObjectKey, _ backend: any Backend, _ held: Held) -> StorageError {
        let until = held.expires.map { " until \($0.rfc3339())" } ?? ""
        return StorageError(
            .alreadyExists, during: .write, at: backend.identity.container, key: key,
            message: "the lock is held by \(held.holder)\(until)", advice: "wait for that run, or stop it")
    }
}
