// Part of godwit. SPDX-License-Identifier: Apache-2.0

import CCurl
import Glibc

/// What libcurl wants to be told: which sockets are ready, and when its timer is due. Lives on the loop's thread.
///
/// A connection stays in the event queue while it is open: a request on a kept connection costs no call to the
/// kernel's queue. Interest grows at once, and shrinks only when an event comes that nobody waits for.
final class CurlReactor {
    private struct Socket {
        /// What the kernel was asked for; nil: it does not know the socket.
        var registered: UInt32?
        /// What libcurl waits for.
        var wanted: UInt32 = 0
        /// Opened and closed by our own callbacks, so that we learn of its end.
        var isConnection = false
    }

    private let poller: EventPoller
    private var sockets: [Socket] = []
    /// Connections that are open or being made.
    private(set) var connections = 0
    /// When libcurl's timer is due.
    private(set) var deadline: Nanoseconds?

    init(_ poller: EventPoller) { self.poller = poller }

    /// Takes the timer down; call it just before telling libcurl that it is due.
    func clearDeadline() { deadline = nil }

    /// What of `events` libcurl waits for; 0: nothing, and the kernel was told so.
    func relevant(_ events: UInt32, on descriptor: Int32) -> UInt32 {
        guard sockets.indices.contains(Int(descriptor)) else { return 0 }
        let socket = sockets[Int(descriptor)]
        let failed = events & EventPoller.failed
        if socket.wanted != 0 {
            let relevant = events & socket.wanted | failed
            if relevant == 0 { register(descriptor, socket.wanted) }
            return relevant
        }
        // An idle connection that its server closed: libcurl finds out when it looks at it next.
        if socket.registered != nil {
            poller.forget(descriptor)
            sockets[Int(descriptor)].registered = nil
        }
        return 0
    }

    private func register(_ descriptor: Int32, _ events: UInt32) {
        poller.watch(descriptor, events, isKnown: sockets[Int(descriptor)].registered != nil)
        sockets[Int(descriptor)].registered = events
    }

    private func makeRoom(for descriptor: Int32) {
        while sockets.count <= Int(descriptor) { sockets.append(Socket()) }
    }

    // MARK: Called by libcurl

    /// libcurl waits for something else on a socket.
    func interestChanged(_ descriptor: Int32, _ what: Int32) {
        guard descriptor >= 0 else { return }
        makeRoom(for: descriptor)
        let wanted: UInt32 =
            switch what {
            case CURL_POLL_IN: EventPoller.readable
            case CURL_POLL_OUT: EventPoller.writable
            case CURL_POLL_INOUT: EventPoller.readable | EventPoller.writable
            default: 0
            }
        let socket = sockets[Int(descriptor)]
        sockets[Int(descriptor)].wanted = wanted
        if what == CURL_POLL_REMOVE, !socket.isConnection {
            if socket.registered != nil { poller.forget(descriptor) }
            sockets[Int(descriptor)].registered = nil
        } else if wanted != 0 {
            let registered = socket.registered ?? 0
            // A socket is nearly always writable: an interest in that cannot be left standing.
            let isMissing = wanted & ~registered != 0
            if isMissing || registered & ~wanted & EventPoller.writable != 0 {
                register(descriptor, wanted | (isMissing ? EventPoller.readable & registered : 0))
            }
        }
    }

    func timerChanged(_ milliseconds: Int) {
        deadline = milliseconds < 0 ? nil : MonotonicClock.now + Nanoseconds(milliseconds) * 1_000_000
    }

    /// A socket that no child process inherits; -1 with `errno` set when there is none.
    func open(_ address: curl_sockaddr) -> Int32 {
        let type = address.socktype | Int32(bitPattern: SOCK_CLOEXEC.rawValue)
        let descriptor = Glibc.socket(address.family, type, address.protocol)
        guard descriptor >= 0 else { return -1 }
        makeRoom(for: descriptor)
        sockets[Int(descriptor)] = Socket(isConnection: true)
        connections += 1
        return descriptor
    }

    func close(_ descriptor: Int32) -> Int32 {
        if sockets.indices.contains(Int(descriptor)) {
            if sockets[Int(descriptor)].registered != nil { poller.forget(descriptor) }
            if sockets[Int(descriptor)].isConnection { connections -= 1 }
            sockets[Int(descriptor)] = Socket()
        }
        return Glibc.close(descriptor)
    }
}
