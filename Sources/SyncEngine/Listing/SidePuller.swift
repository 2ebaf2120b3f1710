// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Selection
import StorageModel

/// Pulls one side's listing ahead of the merge, into a channel of a few pages.
struct SidePuller: Sendable {
    /// Pages that one side may be ahead.
    static let pagesAhead = 2

    let side: Side
    let location: SyncLocation
    let selection: Selection
    let includesDirectories: Bool
    /// Directories that hold an object of one of these names are left out.
    let markers: [ObjectKey]
    /// Where a directory may hold such an object too.
    let otherSide: SyncLocation?
    let links: ListRequest.LinkPolicy
    let order: ListingOrder
    let approach: OrderPlan.Approach
    /// What tells what is there, in no order; nil: the location's own listing.
    let given: (@Sendable () -> any Listing)?
    /// What is looked up; nil: what `echo` passes on.
    let names: NameList?
    /// Between the source, which shows the names, and the target, where they are looked up; nil: both are listed.
    let echo: PageEcho?
    /// Only what comes after this key, relative to the location: the rest is known already.
    var after: ObjectKey?
    let temporaryDirectory: String
    /// An absent container counts as empty, rather than failing (a directory that a copy goes to).
    let allowsAbsentContainer: Bool
    let progress: SyncProgress

    /// Sends every page to `channel` and finishes it.
    func run(into channel: BoundedChannel<ListedPage>) async {
        defer { if side == .source { echo?.finish() } }
        do throws(StorageError) {
            let (listing, looker) = listing()
            let prefixCount = location.prefix.bytes.count
            while let page = try await nextPage(of: listing, channel) {
                let entries = selected(page.entries, prefixCount)
                progress.add(entries.count, to: side == .source ? .listedSource : .listedTarget)
                if entries.isEmpty, page.issues.isEmpty, looker == nil { continue }
                if side == .source, let echo { guard await echo.send(entries, prefixCount) else { return } }
                let listed = ListedPage(entries: entries, issues: page.issues, reached: looker?.reached)
                guard await channel.send([listed]) else { return }
            }
            progress.set(side == .source ? .isSourceListed : .isTargetListed)
            channel.finish()
        } catch {
            channel.finish(throwing: error)
        }
    }

    /// The side in the run's order, checked as it goes; and who looks it up by the names that the other side shows. That
    /// one waits for nothing to come of a name: else both sides would wait for one another.
    private func listing() -> (any Listing, LookedUpListing?) {
        // An empty directory on the way to what is selected is an entry too.
        let inner = includesDirectories ? .root : selection.prefix
        var request = ListRequest(
            prefix: inner.prefixed(by: location.prefix), order: order, includesDirectories: includesDirectories,
            links: links)
        let pruning = Pruning(location, selection)
        if let pruning { request.enters = { pruning.enters($0) } }
        var inOrder: any Listing
        var looker: LookedUpListing?
        switch approach {
        case .lookedUp:
            let lookedUp = lookedUp()
            inOrder = lookedUp
            looker = echo == nil ? nil : lookedUp
        case .direct:
            request.after = after?.prefixed(by: location.prefix)
            inOrder = pruned(request, pruning, skips: true)
        case .descending:
            request.order = .pathComponents
            inOrder = DescendingListing(location.backend, request)
        case .sorted(let listingOrder):
            request.order = listingOrder
            request.maySplit = false
            inOrder = SortedListing(
                given?() ?? pruned(request, pruning, skips: false), order: order, directory: temporaryDirectory)
        }
        if !markers.isEmpty {
            inOrder = MarkedListing(inOrder, names: markers, locations: [location] + (otherSide.map { [$0] } ?? []))
        }
        return (CheckedListing(inOrder, order: order, location: location.backend.identity.container), looker)
    }

    private func lookedUp() -> LookedUpListing {
        if let names {
            return LookedUpListing(names.sorted(order, pageSize: LookedUpListing.pageSize), at: location, as: side)
        }
        guard let echo else { preconditionFailure("nothing names what is to be looked up") }
        return LookedUpListing(echo, at: location, as: side)
    }

    /// What `request` asks for without what need not be listed. `skips`: the store keeps the order that it lists in, so
    /// that nothing else is lost with it.
    private func pruned(_ request: ListRequest, _ pruning: Pruning?, skips: Bool) -> any Listing {
        let backend = location.backend
        guard let pruning else { return backend.list(request) }
        guard skips else { return PrunedListing(backend.list(request), pruning) }
        return PrunedListing(after: request.after, order: request.order, pruning) { after, maySplit, passesOver in
            var rest = request
            rest.after = after
            rest.maySplit = maySplit
            rest.passesOver = passesOver
            return backend.list(rest)
        }
    }

    private func nextPage(
        of listing: any Listing, _ channel: BoundedChannel<ListedPage>
    ) async throws(StorageError) -> ListingPage? {
        do throws(StorageError) {
            return try await listing.next()
        } catch {
            guard error.kind == .containerNotFound, allowsAbsentContainer else { throw error }
            _ = await channel.send([ListedPage(isOfAbsentContainer: true)])
            return nil
        }
    }

    /// The entries to be concerned with; the page itself when that is all of them.
    private func selected(_ entries: [Entry], _ prefixCount: Int) -> [Entry] {
        entries.withUnsafeBufferPointer { page in
            guard let first = page.indices.first(where: { !isSelected(page[$0], prefixCount) }) else { return entries }
            var selected = Array(entries[..<first])
            for index in (first + 1)..<page.count where isSelected(page[index], prefixCount) {
                selected.append(page[index])
            }
            return selected
        }
    }

    private func isSelected(_ entry: Entry, _ prefixCount: Int) -> Bool {
        // The marker of the prefix itself has no name below it.
        guard entry.key.bytes.count > prefixCount else { return false }
        let key = entry.key.dropFirst(prefixCount)
        // Stores differ in how they read a key to start after.
        if let after, order.compare(key, after) <= 0 { return false }
        if entry.kind == .directory { return includesDirectories && selection.mayContain(key) }
        return selection.selects(entry, key: key)
    }
}
