// Part of godwit. SPDX-License-Identifier: Apache-2.0

package import StorageModel

/// Why a target could not be locked.
package enum TargetLockError: Error {
    /// Another run has it.
    case held(by: LockHolder)
    /// There can be no lock: the state directory cannot be written, or its file system has no locks.
    case unavailable(StorageError)
}
