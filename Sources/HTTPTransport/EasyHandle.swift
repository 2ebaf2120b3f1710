// Part of godwit. SPDX-License-Identifier: Apache-2.0

import CCurl
import StorageModel

/// A libcurl easy handle, used for one exchange after the other. Lives on the loop's thread.
///
/// What is the same for every request of a client is set once; ``prepare(_:)`` sets the rest.
final class EasyHandle {
    let raw: UnsafeMutableRawPointer
    let usesProxy: Bool
    let bandwidth: Bandwidth
    let counters: TransferCounters
    /// The exchange under way.
    private(set) var transfer: Transfer?
    let text = RequestText()
    private let errorText = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))
    /// Whether libcurl was last given a body in one piece with the headers.
    var hasInlineBody = false
    // What was set last: changing a buffer's size makes libcurl allocate it again.
    var authority = ""
    var sendBuffer = 0
    var receiveBuffer = 0

    init?(
        _ configuration: HTTPConfiguration, reactor: CurlReactor, share: UnsafeMutableRawPointer?,
        bandwidth: Bandwidth, counters: TransferCounters
    ) {
        guard let raw = curl_easy_init() else {
            errorText.deallocate()
            return nil
        }
        self.raw = raw
        usesProxy = !(configuration.proxy ?? "").isEmpty
        self.bandwidth = bandwidth
        self.counters = counters
        setCallbacks(reactor)
        setPolicy(configuration, share)
    }

    deinit {
        curl_easy_cleanup(raw)
        errorText.deallocate()
    }

    /// libcurl's own words on what went wrong.
    func message(_ code: CURLcode) -> String {
        errorText.pointee == 0 ? String(cString: curl_easy_strerror(code)) : String(cString: errorText)
    }

    func attach(_ transfer: Transfer) {
        self.transfer = transfer
        transfer.handle = self
        bandwidth.begin(transfer)
        errorText.pointee = 0
    }

    func detach() {
        transfer?.handle = nil
        transfer = nil
    }

    /// Tells libcurl which directions are held now.
    func applyPauses() -> CURLcode {
        guard let transfer else { return CURLE_OK }
        let sending = transfer.pauses.isDisjoint(with: .sending) ? CURLPAUSE_SEND_CONT : CURLPAUSE_SEND
        let receiving = transfer.pauses.isDisjoint(with: .receiving) ? CURLPAUSE_RECV_CONT : CURLPAUSE_RECV
        return curl_easy_pause(raw, sending | receiving)
    }

    func set(_ option: CURLoption, _ value: Int) { godwit_easy_set_long(raw, option, value) }
    func set(_ option: CURLoption, _ value: String?) { godwit_easy_set_text(raw, option, value) }

    private func setCallbacks(_ reactor: CurlReactor) {
        let this = Unmanaged.passUnretained(self).toOpaque()
        for option in [CURLOPT_PRIVATE, CURLOPT_READDATA, CURLOPT_SEEKDATA, CURLOPT_WRITEDATA, CURLOPT_HEADERDATA] {
            godwit_easy_set_pointer(raw, option, this)
        }
        godwit_easy_set_pointer(raw, CURLOPT_ERRORBUFFER, errorText)
        godwit_easy_set_bytes_callback(raw, CURLOPT_READFUNCTION) { data, size, count, context in
            guard let (handle, transfer) = EasyHandle.working(context) else { return Int(CURL_READFUNC_ABORT) }
            return transfer.read(into: UnsafeMutableRawBufferPointer(start: data, count: size * count), handle)
        }
        godwit_easy_set_bytes_callback(raw, CURLOPT_WRITEFUNCTION) { data, size, count, context in
            guard let (handle, transfer) = EasyHandle.working(context) else { return 0 }
            return transfer.receiveBody(UnsafeRawBufferPointer(start: data, count: size * count), handle)
        }
        godwit_easy_set_bytes_callback(raw, CURLOPT_HEADERFUNCTION) { data, size, count, context in
            guard let (_, transfer) = EasyHandle.working(context) else { return 0 }
            let line = UnsafeRawBufferPointer(start: data, count: size * count)
            return transfer.receiveHeader(line) ? line.count : 0
        }
        godwit_easy_set_seek_callback(raw) { context, offset, origin in
            guard origin == SEEK_SET, let (_, transfer) = EasyHandle.working(context) else {
                return CURL_SEEKFUNC_FAIL
            }
            return transfer.rewind(to: Int64(offset))
        }
        godwit_easy_set_issue_callback(
            raw,
            { context, _, _, _, _ in
                guard let (_, transfer) = EasyHandle.working(context) else { return CURL_PREREQFUNC_ABORT }
                return transfer.issue() ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT
            }, this)
        godwit_easy_set_socket_callbacks(
            raw,
            { context, _, address in
                guard let context, let address else { return -1 }
                return Unmanaged<CurlReactor>.fromOpaque(context).takeUnretainedValue().open(address.pointee)
            },
            { context, socket in
                guard let context else { return -1 }
                return Unmanaged<CurlReactor>.fromOpaque(context).takeUnretainedValue().close(socket)
            }, Unmanaged.passUnretained(reactor).toOpaque())
    }

    /// The handle behind a callback's pointer, and its exchange.
    private static func working(_ context: UnsafeMutableRawPointer?) -> (EasyHandle, Transfer)? {
        guard let context else { return nil }
        let handle = Unmanaged<EasyHandle>.fromOpaque(context).takeUnretainedValue()
        return handle.transfer.map { (handle, $0) }
    }

    private func setPolicy(_ configuration: HTTPConfiguration, _ share: UnsafeMutableRawPointer?) {
        set(CURLOPT_NOSIGNAL, 1)
        // Ending an exchange that still resolves its host must not wait for the resolver.
        set(CURLOPT_QUICK_EXIT, 1)
        set(CURLOPT_PROTOCOLS_STR, "http,https")
        set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
        set(CURLOPT_PATH_AS_IS, 1)
        set(CURLOPT_DISALLOW_USERNAME_IN_URL, 1)
        set(CURLOPT_FOLLOWLOCATION, 0)
        set(CURLOPT_HTTP_CONTENT_DECODING, 0)
        set(CURLOPT_NETRC, Int(CURL_NETRC_IGNORED.rawValue))
        set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
        set(CURLOPT_USERAGENT, configuration.userAgent)

        set(CURLOPT_TCP_KEEPALIVE, 1)
        set(CURLOPT_CONNECTTIMEOUT_MS, configuration.connectTimeout.curlMilliseconds)
        set(CURLOPT_LOW_SPEED_LIMIT, 1)
        set(CURLOPT_LOW_SPEED_TIME, configuration.idleTimeout.curlSeconds)

        // An empty text keeps libcurl from reading the environment.
        set(CURLOPT_PROXY, configuration.proxy ?? "")
        set(CURLOPT_NOPROXY, configuration.noProxy ?? "")

        set(CURLOPT_SSL_VERIFYPEER, configuration.verifiesCertificates ? 1 : 0)
        set(CURLOPT_SSL_VERIFYHOST, configuration.verifiesCertificates ? 2 : 0)
        if let file = configuration.caFile {
            set(CURLOPT_CAINFO, file)
            set(CURLOPT_CAPATH, nil)
        }
        if let share { godwit_easy_set_pointer(raw, CURLOPT_SHARE, share) }
    }
}
