// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// How far a listing may be split.
package struct SplitLimits: Sendable, Hashable {
    /// Requests at once.
    package var streamsMax: Int
    /// Bytes of pages that wait for whoever reads.
    package var bytesMax: Int
    /// Pages that are listed one after the other before anything is split: small listings gain nothing.
    package var pagesBeforeSplit = 3
    /// Requests beyond those of one cursor: so many, and a share of the pages.
    var wasteFixedMax = 120.0
    var wasteShareMax = 0.04
    /// How much less than whole pages a segment is to hold, in pages.
    var shortfall = 0.2
    /// Guesses in a row that fail before directories are listed by delimiter, pages of a directory before its own names are,
    /// how many are at once, and of how many the names are kept.
    var missesBeforeLook = 2
    var pagesBeforeLook = 24
    var looksMax = 4
    var landmarksMax = 32
    /// How often two segments may fail to meet, as they do where others write to the store, before splitting ends.
    var mismatchesMax = 3

    package init(streamsMax: Int = 24, bytesMax: Int = 20 << 20) {
        self.streamsMax = max(streamsMax, 1)
        self.bytesMax = bytesMax
    }
}
