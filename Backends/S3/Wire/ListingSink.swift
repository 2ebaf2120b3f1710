// Part of godwit. SPDX-License-Identifier: Apache-2.0

import HTTPTransport
import Markup

/// Parses a listing on the event loop while it arrives.
///
/// Safe to share without a lock: the loop is the only one that calls it until the exchange is over, and only then does
/// the sender, who was resumed by the loop, ask for what came of it.
final class ListingSink: HTTPBodySink, @unchecked Sendable {
    /// What came of the answer.
    enum Outcome: Sendable {
        case page(ListingDocument)
        case error(ErrorDocument)
        case malformed(String)
    }

    private let page: ListingPageReader
    private let markup: MarkupReader
    /// The bytes that may still come.
    private var bytesLeft: Int
    /// Why the parser refused the answer; nil when it did not.
    private(set) var failure: String?

    /// Room for a page of `count` keys.
    init(expecting count: Int) {
        page = ListingPageReader(expecting: count)
        // Ten elements an entry are usual, and some stores send more entries than they were asked for.
        markup = MarkupReader(page, limits: MarkupLimits(elementsMax: max(count, 10_000) * 64))
        bytesLeft = (16 << 20) + count * (8 << 10)
    }

    func receive(_ bytes: UnsafeRawBufferPointer) -> HTTPBodyPush {
        bytesLeft -= bytes.count
        guard bytesLeft >= 0 else { return fail("a page that does not end") }
        do throws(MarkupError) { try markup.push(bytes) } catch { return fail(error.description) }
        // Nothing that comes now can make it right, and it may come without end.
        if let malformation = page.malformation { return fail(malformation) }
        return .taken
    }

    private func fail(_ reason: String) -> HTTPBodyPush {
        failure = reason
        return .fail(reason)
    }

    func attach(_ resume: @escaping @Sendable () -> Void) {}

    /// Ends the document and says what it was.
    func finish() -> Outcome {
        do throws(MarkupError) {
            try markup.finish()
        } catch {
            return .malformed(error.description)
        }
        if let failure = page.failure { return .error(failure) }
        switch page.finish() {
        case .success(let document): return .page(document)
        case .failure(let malformation): return .malformed(malformation.message)
        }
    }
}
