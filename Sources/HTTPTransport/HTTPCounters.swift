// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Synchronization

/// What a client has sent and received so far.
package struct HTTPCounters: Sendable, Hashable {
    /// Requests given to libcurl, whatever became of them.
    package var requests: Int64
    /// Bytes of headers and bodies given to the network, without TLS and TCP. Bodies count as they go, headers when an
    /// exchange is over.
    package var bytesSent: Int64
    package var bytesReceived: Int64
}

/// The counters as the loop's thread writes them and any thread reads them.
final class TransferCounters: Sendable {
    private let requests = Atomic<Int64>(0)
    private let bytesSent = Atomic<Int64>(0)
    private let bytesReceived = Atomic<Int64>(0)

    func countRequest() { requests.wrappingAdd(1, ordering: .relaxed) }
    func countSent(_ bytes: Int) { bytesSent.wrappingAdd(Int64(bytes), ordering: .relaxed) }
    func countReceived(_ bytes: Int) { bytesReceived.wrappingAdd(Int64(bytes), ordering: .relaxed) }

    var snapshot: HTTPCounters {
        HTTPCounters(
            requests: requests.load(ordering: .relaxed), bytesSent: bytesSent.load(ordering: .relaxed),
            bytesReceived: bytesReceived.load(ordering: .relaxed))
    }
}
