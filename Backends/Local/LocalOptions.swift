// Part of godwit. SPDX-License-Identifier: Apache-2.0

package import StorageModel

/// What a ``LocalBackend`` is told.
package struct LocalOptions: Sendable {
    /// Names the temporary files of this run: `.godwit-RUN-N.partial`. Lower-case letters and digits only.
    package var run: String
    /// Keys that cannot be paths are mapped reversibly (``KeyEscaping``) instead of failing.
    package var escapesKeys = false
    /// How symbolic links are read and written. A listing that follows or keeps links sets it for the backend.
    package var links: ListRequest.LinkPolicy = .skip
    /// Whether a write makes a missing root directory.
    package var createsRoot = true
    /// Whether a file that is there is written over in place (`--inplace`), for disks without room for a second copy of
    /// it. Readers see it half new, and after a failure it stays so until it is written again. New files, links, files
    /// with several names and content of unknown length are written beside and renamed all the same: that takes no more
    /// room, or what is there must stay.
    package var writesInPlace = false
    /// What objects carry is kept in extended attributes, and read from them.
    package var keepsAttributes = true
    /// The Content-Type that an object of a key has by its name alone; no file keeps that one.
    package var usualType: @Sendable (ObjectKey) -> String? = { _ in nil }
    /// Mode, owner and group are read and set; what they are in user metadata says ``FilePermissions``.
    package var keepsPermissions = false
    /// The most entries of a listing page.
    package var pageSize = 1000
    /// Threads for listing, and as many again for large reads and writes. They start when first needed.
    package var threads = 8
    /// False walks paths component by component, as on kernels without openat2.
    package var usesOpenat2 = true

    /// Options for a run of this name; without one, of a random name.
    package init(run: String? = nil) {
        let letters = (run ?? String(UInt32.random(in: .min ... .max), radix: 36)).utf8.filter {
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
        }
        self.run = letters.isEmpty ? "run" : String(decoding: letters.prefix(32), as: UTF8.self)
    }
}
