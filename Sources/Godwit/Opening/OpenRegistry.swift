// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import BackendLocal
internal import Settings
internal import StorageModel
internal import Synchronization

/// What a run needs to know of the containers that the session opened, beyond their backends.
final class OpenRegistry: Sendable {
    struct Facts: Sendable {
        /// The directory tree behind the session's layers.
        var local: LocalBackend?
        var tuning = TransferTuning()
    }

    private let facts = Mutex<[BackendIdentity: Facts]>([:])

    func add(_ backend: any Backend, _ settings: RemoteSettings) throws(StorageError) {
        let known = Facts(local: backend as? LocalBackend, tuning: try TransferTuning(settings))
        facts.withLock { $0[backend.identity] = known }
    }

    func facts(of backend: any Backend) -> Facts { facts.withLock { $0[backend.identity] } ?? Facts() }
}
