// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// Sends requests over a libcurl event loop.
package final class HTTPClient: Sendable {
    package let configuration: HTTPConfiguration

    package init(_ configuration: HTTPConfiguration) {
        self.configuration = configuration
    }

    /// The event loop as an executor: tasks that prefer it send without a thread hop.
    package var executor: (any TaskExecutor)? { nil }

    /// Sends one request and waits for the whole answer. Never follows a redirect. Cancelling the task closes the
    /// transfer.
    package func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        throw HTTPError(.closed, "not yet")
    }

    /// Ends the loop after what is under way was cancelled.
    package func shutdown() {}
}
