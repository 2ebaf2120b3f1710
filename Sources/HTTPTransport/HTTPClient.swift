// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Glibc

/// Sends requests over a libcurl event loop, and over more of them while one has no time left.
///
/// A loop's thread starts with its first request and ends with ``shutdown()`` or with the client.
package final class HTTPClient: Sendable {
    package let configuration: HTTPConfiguration
    private let loops: LoopGroup

    package convenience init(_ configuration: HTTPConfiguration) {
        self.init(configuration, loopsMax: sysconf(Int32(_SC_NPROCESSORS_ONLN)), busyShare: 0.8)
    }

    init(_ configuration: HTTPConfiguration, loopsMax: Int, busyShare: Double) {
        self.configuration = configuration
        loops = LoopGroup(configuration, loopsMax: loopsMax, busyShare: busyShare)
    }

    deinit { shutdown() }

    /// The first event loop as an executor: tasks that prefer it send without a thread hop while it is the only one.
    package var executor: (any TaskExecutor)? { loops.first.executor }

    /// What was sent and received so far.
    package var counters: HTTPCounters { loops.counters }

    /// Sends one request and waits for the whole answer. Never follows a redirect. Cancelling the task closes the
    /// transfer.
    package func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        let transfer = Transfer(request)
        let loop = loops.take()
        defer { loop.load.end() }
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

    /// Ends the loops after what is under way was cancelled. Returns at once; requests under way, and later ones, fail
    /// with `closed`.
    package func shutdown() { loops.stop() }
}
