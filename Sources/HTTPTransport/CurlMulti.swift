// Part of godwit. SPDX-License-Identifier: Apache-2.0

import CCurl

/// Owns a libcurl multi handle, with its connections, and the TLS sessions its easy handles share.
/// Lives on the loop's thread; every ``EasyHandle`` of it ends first.
final class CurlMulti {
    /// libcurl's own global state, which is made once and never torn down.
    private static let isReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    let raw: UnsafeMutableRawPointer
    /// Nil: each handle keeps its own TLS sessions.
    let share: UnsafeMutableRawPointer?
    let reactor: CurlReactor

    init?(_ reactor: CurlReactor, connectionsMax: Int) {
        guard Self.isReady, let raw = curl_multi_init() else { return nil }
        self.raw = raw
        self.reactor = reactor
        share = curl_share_init()
        if let share { godwit_share_tls_sessions(share) }
        setConnectionsMax(connectionsMax)
        godwit_multi_set_long(raw, CURLMOPT_PIPELINING, Int(CURLPIPE_NOTHING))
        godwit_multi_set_callbacks(
            raw,
            { _, socket, what, context, _ in
                guard let context else { return -1 }
                Unmanaged<CurlReactor>.fromOpaque(context).takeUnretainedValue().interestChanged(socket, what)
                return 0
            },
            { _, milliseconds, context in
                guard let context else { return -1 }
                Unmanaged<CurlReactor>.fromOpaque(context).takeUnretainedValue().timerChanged(milliseconds)
                return 0
            }, Unmanaged.passUnretained(reactor).toOpaque())
    }

    deinit {
        curl_multi_cleanup(raw)
        if let share { curl_share_cleanup(share) }
    }

    /// Bounds the connections; not below those that are open.
    func setConnectionsMax(_ count: Int) {
        godwit_multi_set_long(raw, CURLMOPT_MAX_TOTAL_CONNECTIONS, count)
        godwit_multi_set_long(raw, CURLMOPT_MAXCONNECTS, count)
    }

    /// Lets libcurl go on where `socket` is ready; `CURL_SOCKET_TIMEOUT`: where its timer is due.
    func advance(_ socket: Int32, ready: Int32) {
        var running: Int32 = 0
        curl_multi_socket_action(raw, socket, ready, &running)
    }

    /// The next exchange that is over, and how it ended.
    func nextFinished() -> (EasyHandle, CURLcode)? {
        var left: Int32 = 0
        while let message = curl_multi_info_read(raw, &left) {
            guard message.pointee.msg == CURLMSG_DONE, let easy = message.pointee.easy_handle,
                let context = godwit_easy_get_private(easy)
            else { continue }
            let handle = Unmanaged<EasyHandle>.fromOpaque(context).takeUnretainedValue()
            return (handle, message.pointee.data.result)
        }
        return nil
    }
}
