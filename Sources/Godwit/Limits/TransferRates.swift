// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import HTTPTransport
internal import StorageLayers

/// How many bytes a second the sessions that are given it send and receive, all together. May be changed while they run.
public final class TransferRates: Sendable {
    let upload = ByteRate()
    let download = ByteRate()
    /// For what never leaves this machine, and no client paces therefore.
    let local = BandwidthLimit(readRate: nil, writeRate: nil)

    /// Bytes a second; nil: no limit. What is copied on this machine keeps the upload's rate, or the download's where that
    /// is the only one.
    public init(upload: Int64? = nil, download: Int64? = nil) {
        set(upload: upload, download: download)
    }

    /// Changes the rates for what is under way and what follows. Bytes a second; nil: no limit.
    public func set(upload: Int64?, download: Int64?) {
        precondition(upload ?? 1 > 0 && download ?? 1 > 0)
        self.upload.set(upload)
        self.download.set(download)
        local.setRates(read: nil, write: upload ?? download)
    }

    /// The rates that hold now.
    public var current: (upload: Int64?, download: Int64?) {
        (upload.bytesPerSecond, download.bytesPerSecond)
    }
}
