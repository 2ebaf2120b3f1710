// Part of godwit. SPDX-License-Identifier: Apache-2.0

package import StorageModel
import Synchronization

/// Rows of the journal, read some at a time; what changes meanwhile may show or not. One caller pulls at a time.
package final class JournalPages<Element: Sendable>: Sendable {
    /// Reads behind a row's number; the number of the last row read, nil when there was none.
    typealias Fetch = @Sendable (Int64) async throws(StorageError) -> (elements: [Element], last: Int64?)

    private let last: Mutex<Int64?>
    private let fetch: Fetch

    init(from first: Int64, _ fetch: @escaping Fetch) {
        last = Mutex(first)
        self.fetch = fetch
    }

    /// The next rows, perhaps none; nil after the last.
    package func next() async throws(StorageError) -> [Element]? {
        guard let from = last.withLock({ $0 }) else { return nil }
        let page = try await fetch(from)
        last.withLock { $0 = page.last }
        return page.last == nil ? nil : page.elements
    }
}
