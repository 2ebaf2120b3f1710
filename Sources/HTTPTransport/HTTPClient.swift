// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// Sends requests over a libcurl event loop.
///
/// The loop's thread starts with the first request and ends with ``shutdown()`` or with the client.
package final class HTTPClient: Sendable {
    package let configuration: HTTPConfiguration
    private let loop: HTTPLoop

    package init(_ configuration: HTTPConfiguration) {
        self.configuration = configuration
        loop = HTTPLoop(configuration)
        loop.executor.attach(loop)
    }

    deinit { shutdown() }

    /// The event loop as an executor: tasks that prefer it send without a thread hop.
    package var executor: (any TaskExecutor)? { loop.executor }

    /// What was sent and received so far.
    package var counters: HTTPCounters { loop.counters.snapshot }

    /// Sends one request and waits for the whole answer. Never follows a redirect. Cancelling the task closes the
    /// transfer.
    package func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        let transfer = Transfer(request)
        let executor = loop.executor
        let result = await withTaskCancellationHandler {
            await withUnsafeContinuation { continuation in
                transfer.begin(continuation)
                executor.post(.start(transfer))
            }
        } onCancel: {
            transfer.markCancelled()
            executor.post(.cancel(transfer))
        }
        return try result.get()
    }

    /// Changes the rates of ``HTTPConfiguration`` for what is under way and what follows.
    /// Bytes a second; nil: no limit.
    package func setRates(upload: Int64?, download: Int64?) {
        loop.executor.post(.setRates(upload: upload, download: download))
    }

    /// Ends the loop after what is under way was cancelled. Returns at once; requests under way, and later ones, fail
    /// with `closed`.
    package func shutdown() { loop.executor.stop() }
}
