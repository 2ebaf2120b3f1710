// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Foundation

/// The table of the manual that says which feature was proven on which store.
struct FeatureTable {
    /// What it says of each feature, by the store's name.
    private(set) var columns: [String: [String: String]] = [:]

    /// The table in the manual of this tree.
    init() throws {
        let root = #filePath.components(separatedBy: "/Tests/ConformanceTests/")[0]
        self.init(page: try String(contentsOfFile: root + "/docs/manual/stores.md", encoding: .utf8))
    }

    /// The table whose first column is headed `feature`.
    init(page: String) {
        var stores: [String] = []
        for line in page.split(separator: "\n") {
            let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            guard line.hasPrefix("|"), cells.count > 1 else {
                stores = []
                continue
            }
            if cells[0] == "feature" {
                stores = Array(cells.dropFirst())
            } else if !cells[1].isEmpty, !cells[1].hasPrefix("-") || cells[1] == "-" {
                // Neither the title of a group nor the line below the heads.
                for (store, mark) in zip(stores, cells.dropFirst()) { columns[store, default: [:]][cells[0]] = mark }
            }
        }
    }
}
