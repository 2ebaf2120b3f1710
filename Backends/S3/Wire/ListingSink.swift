// Part of godwit. SPDX-License-Identifier: Apache-2.0

import HTTPTransport
import Markup
import Synchronization

/// Parses a listing on the event loop while it arrives.
final class ListingSink: HTTPBodySink {
    private struct State {
        let page: ListingPageReader
        let markup: MarkupReader
        var failure: String?

        init(expecting count: Int) {
            page = ListingPageReader(expecting: count)
            markup = MarkupReader(page)
        }
    }

    /// What came of the answer.
    enum Outcome: Sendable {
        case page(ListingDocument)
        case error(ErrorDocument)
        case malformed(String)
    }

    /// Never contended: the loop is done before the outcome is asked for.
    private let state: Mutex<State>

    init(expecting count: Int) {
        state = Mutex(State(expecting: count))
    }

    func receive(_ bytes: UnsafeRawBufferPointer) -> HTTPBodyPush {
        state.withLock { state in
            do throws(MarkupError) {
                try state.markup.push(bytes)
                return .taken
            } catch {
                state.failure = error.description
                return .fail(error.description)
            }
        }
    }

    func attach(_ resume: @escaping @Sendable () -> Void) {}

    /// Why the parser refused the answer; nil when it did not.
    var failure: String? { state.withLock { $0.failure } }

    /// Ends the document and says what it was.
    func finish() -> Outcome {
        state.withLock { state in
            do throws(MarkupError) {
                try state.markup.finish()
            } catch {
                return .malformed(error.description)
            }
            if let failure = state.page.failure { return .error(failure) }
            switch state.page.finish() {
            case .success(let document): return .page(document)
            case .failure(let malformation): return .malformed(malformation.message)
            }
        }
    }
}
