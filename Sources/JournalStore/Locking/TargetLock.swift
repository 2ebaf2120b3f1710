// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Digests
import StorageModel

/// The right of one run to change a target; no other run on this machine has it at the same time.
///
/// The kernel frees it when the last reference goes or when the process dies; the file that stays is harmless.
package final class TargetLock: Sendable {
    /// The identity of the target that is locked.
    package let targetIdentity: String
    private let lock: FileLock

    private init(_ targetIdentity: String, _ lock: FileLock) {
        self.targetIdentity = targetIdentity
        self.lock = lock
    }

    /// Takes the lock of the run's target without waiting. `directory`: the state directory, made where it is missing.
    package static func take(
        in directory: String, for run: RunDescription, process: ProcessIdentity = .current
    ) throws(TargetLockError) -> TargetLock {
        let name = Hexadecimal.encode(Digest.of(Array(run.targetIdentity.utf8), .sha256))
        let path = "\(directory)/locks/\(name).lock"
        let lock: FileLock?
        do throws(StorageError) {
            try StateDirectory.make(directory)
            try StateDirectory.make(directory + "/locks")
            lock = try FileLock.take(at: path, waits: false)
            try lock?.write(LockHolder(run, process).text)
        } catch {
            throw .unavailable(error)
        }
        guard let lock else { throw .held(by: LockHolder(text: SmallFile.text(at: path) ?? "")) }
        return TargetLock(run.targetIdentity, lock)
    }
}
