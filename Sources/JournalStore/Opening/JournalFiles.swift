// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

#if canImport(Glibc)
    import Glibc
#endif

/// The files of one journal.
///
/// None of them is ever opened here once it exists: closing any descriptor of a database gives up all locks that this
/// process holds on it (https://www.sqlite.org/howtocorrupt.html, 2.2).
struct JournalFiles: Sendable {
    let directory: String

    var database: String { directory + "/journal.sqlite" }
    /// Exists since damage was met in the midst of work: the next to open the journal checks all of it.
    private var suspicion: String { directory + "/journal.suspect" }
    /// Held while the journal is opened and, perhaps, replaced.
    var openingLock: String { directory + "/journal.lock" }

    /// Makes an empty database that only its owner can read, and takes the rights of others from one that exists. What
    /// SQLite writes beside it gets the same rights.
    func makeDatabase() throws(StorageError) {
        let file = open(database, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        if file >= 0 {
            close(file)
        } else if errno != EEXIST {
            throw StateDirectory.failure(errno, at: database, doing: "cannot make the journal")
        }
        var status = stat()
        if stat(database, &status) == 0, status.st_mode & 0o077 != 0 { chmod(database, 0o600) }
    }

    /// Moves the database and what belongs to it aside. Returns the new name.
    func moveAside(at time: Timestamp) throws(StorageError) -> String {
        let digits = time.rfc3339().filter { $0 != "-" && $0 != ":" }
        var name = "\(database).damaged-\(digits)", attempt = 1
        while access(name, F_OK) == 0 {
            attempt += 1
            name = "\(database).damaged-\(digits)-\(attempt)"
        }
        guard rename(database, name) == 0 else {
            throw StateDirectory.failure(errno, at: database, doing: "cannot move the damaged journal aside")
        }
        for suffix in ["-wal", "-shm"] where rename(database + suffix, name + suffix) != 0 && errno != ENOENT {
            throw StateDirectory.failure(errno, at: database + suffix, doing: "cannot move the damaged journal aside")
        }
        return name
    }

    var isSuspect: Bool { access(suspicion, F_OK) == 0 }

    func suspect() {
        let file = open(suspicion, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        if file >= 0 { close(file) }
    }

    func clearSuspicion() { unlink(suspicion) }

    /// Bytes of the database and of its log.
    var size: Int64 {
        [database, database + "-wal"].reduce(0) { sum, path in
            var status = stat()
            return stat(path, &status) == 0 ? sum + Int64(status.st_size) : sum
        }
    }
}
