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
    let links: ListRequest.LinkPolicy
    let order: ListingOrder
    let approach: OrderPlan.Approach
    /// Only what comes after this key, relative to the location: the rest is known already.
    var after: ObjectKey?
    let temporaryDirectory: String
    /// An absent container counts as empty, rather than failing (a directory that a copy goes to).
    let allowsAbsentContainer: Bool
    let progress: SyncProgress

    /// Sends every page to `channel` and finishes it.
    func run(into channel: BoundedChannel<ListedPage>) async {
        do throws(StorageError) {
            let listing = listing()
            let prefixCount = location.prefix.bytes.count
            while let page = try await nextPage(of: listing, channel) {
                let entries = selected(page.entries, prefixCount)
                progress.add(entries.count, to: side == .source ? .listedSource : .listedTarget)
                if entries.isEmpty, page.issues.isEmpty { continue }
                guard await channel.send([ListedPage(entries: entries, issues: page.issues)]) else { return }
            }
            progress.set(side == .source ? .isSourceListed : .isTargetListed)
            channel.finish()
        } catch {
            channel.finish(throwing: error)
        }
    }

    /// The side in the run's order, checked as it goes.
    private func listing() -> any Listing {
        var request = ListRequest(
            prefix: location.prefix, order: order, includesDirectories: includesDirectories, links: links)
        let trash = UndoTrash(location)
        let inOrder: any Listing
        switch approach {
        case .direct:
            request.after = after?.prefixed(by: location.prefix)
            inOrder = untrashed(request, trash, skips: true)
        case .descending:
            request.order = .pathComponents
            inOrder = DescendingListing(location.backend, request, trash)
        case .sorted(let listingOrder):
            request.order = listingOrder
            request.maySplit = false
            inOrder = SortedListing(
                untrashed(request, trash, skips: false), order: order, directory: temporaryDirectory)
        }
        return CheckedListing(inOrder, order: order, location: location.backend.identity.container)
    }

    /// What `request` asks for without what runs keep for an undo. `skips`: the store keeps the order that it lists in,
    /// so that nothing else is lost with it.
    private func untrashed(_ request: ListRequest, _ trash: UndoTrash?, skips: Bool) -> any Listing {
        let backend = location.backend
        let listing = backend.list(request)
        guard let trash else { return listing }
        guard skips else { return UntrashedListing(listing, trash) }
        return UntrashedListing(listing, trash) { end in
            var rest = request
            rest.after = end
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
