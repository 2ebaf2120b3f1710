// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// What to list.
public struct ListRequest: Sendable {
    /// Only keys that begin with these bytes (not necessarily a whole directory name).
    public var prefix: ObjectKey
    /// Only keys after this one in the order asked for; nil: from the start.
    public var after: ObjectKey?
    /// Whether nobody minds if what lies in a directory named as ``after`` is missed too: it is the end of something that is
    /// stepped over, not a key.
    public var passesOver = false
    /// `/`: keys that have one behind the prefix are rolled up into one directory entry each. Nil: everything under.
    public var delimiter: UInt8?
    /// One of the backend's `listingOrders`.
    public var order: ListingOrder
    /// Of a store that keeps versions, which of them.
    public var versions = Versions.current
    /// Whether directories that hold nothing are listed too, where the store has directories.
    public var includesDirectories: Bool
    /// Whether several requests may list it side by side. Not where the store has shown that it does not keep its order.
    public var maySplit = true
    /// How symbolic links in a file system are listed.
    public var links: LinkPolicy
    /// Whether anything below a directory (a key that ends in `/`) is wanted; nil: everything is. Where it is false, a
    /// store that lists directory by directory leaves the directory out; any other may list it all the same.
    public var enters: (@Sendable (ObjectKey) -> Bool)?

    public enum Versions: Sendable, Hashable {
        /// The one that a read gives.
        case current
        /// The one that a read would have given then.
        case at(Timestamp)
        /// All, and delete markers too: a key comes as often as it has versions, the newest first.
        case all
    }

    public enum LinkPolicy: Sendable, Hashable {
        /// Left out with a notice.
        case skip
        /// What they point to (`--copy-links`).
        case follow
        /// As links, whose content is their target (`--links`).
        case keep
    }

    public init(
        prefix: ObjectKey = .root, after: ObjectKey? = nil, delimiter: UInt8? = nil, order: ListingOrder,
        includesDirectories: Bool = false, links: LinkPolicy = .skip
    ) {
        self.prefix = prefix
        self.after = after
        self.delimiter = delimiter
        self.order = order
        self.includesDirectories = includesDirectories
        self.links = links
    }
}

/// Some entries of a listing, in its order, and what could not be listed.
public struct ListingPage: Sendable {
    public var entries: [Entry]
    public var issues: [ListingIssue]

    public init(entries: [Entry], issues: [ListingIssue] = []) {
        self.entries = entries
        self.issues = issues
    }
}

/// Something in the listed range that is not an entry.
public struct ListingIssue: Sendable {
    public enum Severity: Sendable {
        /// Said, but the listing stays whole: a skipped link, a socket.
        case notice
        /// One entry cannot be handled (a name that is no key); the listing stays whole, the entry fails.
        case entryFailure
        /// Part of the range was not listed: nothing may be deleted.
        case incomplete
    }
    public var severity: Severity
    public var key: ObjectKey
    public var error: StorageError

    public init(_ severity: Severity, key: ObjectKey, error: StorageError) {
        self.severity = severity
        self.key = key
        self.error = error
    }
}

/// A listing under way: a cursor that is pulled page by page.
///
/// One caller pulls at a time. Dropping the cursor ends the listing and frees what it holds.
public protocol Listing: AnyObject, Sendable {
    /// The next page, perhaps empty; nil after the last. After nil or an error it is not called again.
    func next() async throws(StorageError) -> ListingPage?
}
