// Part of godwit. SPDX-License-Identifier: Apache-2.0

public import StorageModel

/// The rows of an inventory, file by file, in no order; each file is proven by its MD5 when it ends. One caller pulls at a
/// time, as from a ``Listing``.
public final class InventoryRows: @unchecked Sendable {  // safe: one caller pulls at a time (above)
    /// Some rows, and what in the files is none.
    public struct Page: Sendable {
        public var rows: [InventoryRow] = []
        public var issues: [ListingIssue] = []
    }

    private let inventory: Inventory
    private var files: ArraySlice<InventoryManifest.File>
    private var open: InventoryFile?
    /// The key of the open file, and the number of its last row.
    private var place = (key: ObjectKey.root, row: 0)

    init(_ inventory: Inventory) {
        self.inventory = inventory
        files = inventory.manifest.files[...]
    }

    /// The next rows, perhaps none; nil after the last.
    /// - Throws: `corrupted` where a file is not what the manifest says, besides what reading throws.
    public func next() async throws(StorageError) -> Page? {
        if open == nil {
            guard let file = files.popFirst() else { return nil }
            open = try InventoryFile(file, at: try await inventory.find(file), of: inventory.backend)
            place = (file.key, 0)
        }
        guard let open else { return nil }
        var page = Page()
        if try await !open.read({ add($0, to: &page) }) { self.open = nil }
        return page
    }

    private func add(_ row: CSVRows.Row, to page: inout Page) {
        place.row += 1
        do throws(InventoryRow.Problem) {
            page.rows.append(try InventoryRow(row, of: inventory.manifest))
        } catch {
            let message = "row \(place.row) of \(place.key) says nothing that can be used: \(error.message)"
            page.issues.append(
                ListingIssue(
                    .incomplete, key: error.key,
                    error: StorageError(
                        .corrupted, during: .list, at: inventory.backend.identity.container, message: message)))
        }
    }
}
