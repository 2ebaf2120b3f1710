// Part of godwit. SPDX-License-Identifier: Apache-2.0

package import StorageModel

#if canImport(Glibc)
    import Glibc
#endif

/// What kind of store a ``MemoryBackend`` plays.
package struct MemoryOptions: Sendable {
    /// The orders that listings offer, the cheapest first.
    package var listingOrders: [ListingOrder] = [.keyBytes, .pathComponents]
    /// Seeds the order of ``ListingOrder/unordered``.
    package var seed: UInt64 = 1
    /// The most entries of a listing page.
    package var pageSize = 1000
    /// True: listings show modification times, as a file system's do, and every object has one. False: only a stat
    /// shows them, and only those that were given with a write, as in S3.
    package var listsModified = true
    /// Whether the engine may digest content freely, as from a disk.
    package var readsAreLocal = true
    /// Whether entries carry what tells one state of a file from another (an inode for each write, a ctime), as a file
    /// system's do, and neither a tag nor the time of writing.
    package var givesFileIdentities = false
    package var multipart: Capabilities.MultipartLimits? = Capabilities.MultipartLimits(
        partMin: 1, partMax: 1 << 40, partCountMax: 10_000)
    package var singleWriteMax: Int64 = .max
    /// The most bytes of one copy; nil: the store has no copies of its own.
    package var serverSideCopyMax: Int64? = .max
    package var copiesParts = true
    package var deleteBatchMax = 1000
    package var attributes: Attributes = [.metadata, .tags, .access, .lock, .storageClass, .times, .redirect]
    package var hidesTags = false
    /// Whether what is overwritten or deleted stays as a version.
    package var keepsVersions = false
    package var storageClasses: Set<String> = ["STANDARD_IA", "GLACIER_IR"]
    /// The classes whose objects must be restored before they can be read.
    package var archiveClasses: Set<String> = []
    /// How often a restored object must be looked at until it can be read.
    package var restoreLooks = 2
    /// Whether listings tell what is archived.
    package var listsArchives = false
    /// The most bytes of a key.
    package var keyBytesMax: Int? = 1024
    /// The conditions that are honoured; the others are ignored, as stores do.
    package var conditions: Capabilities.Conditions = [
        .writeIfAbsent, .writeIfMatch, .completeIfAbsent, .copySourceIfMatch, .deleteIfMatch, .readIfMatch,
    ]
    /// The store's clock.
    package var now: @Sendable () -> Timestamp = { MemoryOptions.wallClock() }

    package init() {}

    private static func wallClock() -> Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(seconds: Int64(time.tv_sec), nanoseconds: UInt32(time.tv_nsec))
    }
}
