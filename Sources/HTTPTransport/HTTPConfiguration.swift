// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// Settings of one client; immutable.
package struct HTTPConfiguration: Sendable {
    package var connectTimeout: Duration = .seconds(60)
    /// No byte in either direction for this long ends the transfer.
    package var idleTimeout: Duration = .seconds(300)
    /// The most connections kept open at once, all hosts together; how many there are is found (``HostPace``).
    package var connectionsMax = 256
    /// Whether that is found; without, as many are used as there are requests, whatever a host bears.
    package var pacesHosts = true
    package var userAgent = "godwit"
    package var verifiesCertificates = true
    /// A PEM bundle instead of the system's.
    package var caFile: String?
    /// A proxy URL; nil: what the environment passed down says (`http_proxy` and so on are read by the caller).
    package var proxy: String?
    package var noProxy: String?
    /// Of all transfers together, also of other clients that are given the same. They may be changed at any time.
    package var uploadRate = ByteRate()
    package var downloadRate = ByteRate()
    /// Of each transfer from or to a buffer or a stream by itself, in bytes a second; nil: no limit.
    package var transferUploadRate: Int64?
    package var transferDownloadRate: Int64?
    /// Of all requests that are sent, also by other clients that are given the same; nil: no limit.
    package var requestRate: RequestRate?

    package init() {}
}
