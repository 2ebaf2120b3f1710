// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Godwit
internal import Selection
internal import StorageModel
internal import SyncEngine

/// Walks what is under a location, in a listing's order, page by page.
struct LocationWalk: Sendable {
    /// Takes some items and the backend of their entries; nil for buckets.
    typealias Show = ([ListedItem], (any Backend)?) async throws -> Void

    var isRecursive = false
    /// Whether directories are shown too, those that only show in keys included.
    var showsDirectories = false
    var selection = Selection.all
    /// Rules only, without a bound of depth: a directory at that bound is shown though nothing in it is.
    var directories = Selection.all
    /// The most components of a path that is shown; nil: any.
    var depthMax: Int?
    /// Directories that hold an object of one of these names are left out, with all below.
    var markers: [ObjectKey] = []
    /// The objects to look up, instead of a listing; nil: all are listed.
    var names: NameList?
    var links = ListRequest.LinkPolicy.skip
    /// Whether an account means what is in its buckets; false refuses accounts.
    var entersBuckets = true

    /// Calls `show` with the selected items under `location`, some at a time.
    /// - Returns: how many names could not be listed; each has been logged.
    func run(
        _ session: Session, _ location: String, _ context: ToolContext, show: Show
    ) async throws -> Int {
        let place = try await session.open(location, as: .source)
        guard place.form == .account else { return try await walk(place, under: .root, context, show) }
        guard entersBuckets else { throw ValidationError("\(place.display) names a whole account: name a bucket.") }
        var failures = 0
        let containers = try await session.containers(of: location)
        if !isRecursive || showsDirectories {
            let items = containers.map { container in
                let name = ObjectKey(container.name)
                let entry = Entry(key: name, kind: .directory, size: -1, modified: container.created)
                return ListedItem(path: name, entry: entry, isBucket: true)
            }
            try await show(items, nil)
        }
        guard isRecursive else { return 0 }
        for container in containers {
            let bucket = try await session.open("\(location)\(container.name)/", as: .source)
            failures += try await walk(bucket, under: ObjectKey("\(container.name)/"), context, show)
        }
        return failures
    }

    /// Walks one open location; `parent` goes before every path.
    func walk(
        _ place: OpenLocation, under parent: ObjectKey, _ context: ToolContext,
        _ show: Show
    ) async throws -> Int {
        guard let backend = place.backend else { return 0 }
        switch place.form {
        case .account: return 0
        case .object(let key):
            let entry = try await backend.stat(key, version: nil)
            if selects(entry, key.lastComponent) {
                try await show([ListedItem(path: key.lastComponent.prefixed(by: parent), entry: entry)], backend)
            }
            return 0
        case .prefix(let prefix): return try await level(backend, prefix, under: parent, context, show)
        }
    }

    private func level(
        _ backend: any Backend, _ prefix: ObjectKey, under parent: ObjectKey, _ context: ToolContext,
        _ show: Show
    ) async throws -> Int {
        let orders = backend.capabilities.listingOrders
        let order: ListingOrder =
            self.names != nil
            ? .keyBytes : !isRecursive && orders.contains(.pathComponents) ? .pathComponents : orders[0]
        let listing = listing(of: backend, prefix, order)
        var trail = DirectoryTrail(isOrdered: order != .unordered)
        var names = NameOrder()
        var failures = 0
        while let page = try await listing.next() {
            failures += page.issues.reduce(0) { $0 + report($1, context) }
            var items: [ListedItem] = []
            for entry in page.entries {
                items += self.items(of: entry, relative: entry.key.dropFirst(prefix.bytes.count), parent, &trail)
            }
            if !isRecursive, order != .pathComponents { items = items.flatMap { names.add($0) } }
            if !items.isEmpty { try await show(items, backend) }
        }
        let rest = names.finish()
        if !rest.isEmpty { try await show(rest, backend) }
        return failures
    }

    /// What there is under `prefix`, in `order`.
    private func listing(of backend: any Backend, _ prefix: ObjectKey, _ order: ListingOrder) -> any Listing {
        var listing: any Listing
        if let names {
            listing = names.entries(in: backend, under: prefix, order: order)
        } else {
            let inner = isRecursive && !showsDirectories ? selection.prefix : .root
            var request = ListRequest(
                prefix: inner.prefixed(by: prefix), delimiter: isRecursive ? nil : UInt8(ascii: "/"), order: order,
                includesDirectories: showsDirectories, links: links)
            // A directory at the bound of depth shows in what is below it.
            let entered = showsDirectories ? directories : selection
            if entered.prunes {
                request.enters = { directory in
                    directory.bytes.count <= prefix.bytes.count
                        || entered.mayContain(directory.dropFirst(prefix.bytes.count))
                }
            }
            listing = backend.list(request)
        }
        return markers.isEmpty ? listing : MarkedListing(listing, names: markers, in: backend, under: prefix)
    }

    private func selects(_ entry: Entry, _ key: ObjectKey) -> Bool {
        // Names are looked up wherever they lie.
        if names != nil, !isRecursive, key.bytes.lastIndex(of: UInt8(ascii: "/")) != nil { return false }
        return selection.selects(entry, key: key) && selection.selectsClass(of: entry)
    }

    /// The item of `entry` behind those of directories that it shows to exist.
    private func items(
        of entry: Entry, relative key: ObjectKey, _ parent: ObjectKey, _ trail: inout DirectoryTrail
    ) -> [ListedItem] {
        var items: [ListedItem] = []
        if showsDirectories {
            for path in trail.enter(key) where shows(path) {
                let isItself = entry.kind == .directory && Self.slashed(path) == key
                let whole = ObjectKey(
                    entry.key.bytes.prefix(entry.key.bytes.count - key.bytes.count + path.bytes.count))
                let shown = isItself ? entry : Entry(key: whole, kind: .directory, size: -1)
                items.append(ListedItem(path: path.prefixed(by: parent), entry: shown))
            }
        }
        guard entry.kind != .directory, !key.isRoot, !key.isDirectoryMarker, selects(entry, key) else { return items }
        items.append(ListedItem(path: key.prefixed(by: parent), entry: entry))
        return items
    }

    private func shows(_ directory: ObjectKey) -> Bool {
        if let depthMax = names != nil && !isRecursive ? 1 : depthMax {
            let slashes = directory.bytes.withUnsafeBytes { $0.count { $0 == UInt8(ascii: "/") } }
            if slashes >= depthMax { return false }
        }
        return directories.mayContain(Self.slashed(directory))
    }

    private static func slashed(_ path: ObjectKey) -> ObjectKey {
        ObjectKey(SharedBytes(path.bytes.array + [UInt8(ascii: "/")]))
    }

    /// 1 for what makes the listing less than whole.
    private func report(_ issue: ListingIssue, _ context: ToolContext) -> Int {
        switch issue.severity {
        case .notice:
            context.notice("\(issue.error.message)", key: issue.key)
            return 0
        case .entryFailure, .incomplete:
            context.report(issue.error)
            return 1
        }
    }
}
