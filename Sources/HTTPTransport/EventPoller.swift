// Part of godwit. SPDX-License-Identifier: Apache-2.0

import CCurl
import Glibc

/// The kernel's event queue (epoll) and the descriptor that wakes whoever waits on it.
final class EventPoller: Sendable {
    static let readable = UInt32(godwit_epoll_in.rawValue)
    static let writable = UInt32(godwit_epoll_out.rawValue)
    static let failed = UInt32(godwit_epoll_error.rawValue | godwit_epoll_hangup.rawValue)

    private let queue: Int32
    private let alarm: Int32

    /// Nil when the process has no descriptors left.
    init?() {
        queue = godwit_epoll_create()
        alarm = godwit_eventfd_create()
        // Edge-triggered: every write is one event, and nobody has to read the counter back.
        guard
            queue >= 0, alarm >= 0,
            godwit_epoll_control(queue, EPOLL_CTL_ADD, alarm, Self.readable | godwit_epoll_edge) == 0
        else {
            if queue >= 0 { close(queue) }
            if alarm >= 0 { close(alarm) }
            return nil
        }
    }

    deinit {
        close(queue)
        close(alarm)
    }

    /// Ends a ``wait(milliseconds:into:)`` that is under way, or else the next one. From any thread.
    func wake() {
        var one: UInt64 = 1
        _ = write(alarm, &one, MemoryLayout<UInt64>.size)
    }

    /// Waits for `events` on `descriptor`, whatever was asked for before.
    func watch(_ descriptor: Int32, _ events: UInt32, isKnown: Bool) {
        let (first, second) = isKnown ? (EPOLL_CTL_MOD, EPOLL_CTL_ADD) : (EPOLL_CTL_ADD, EPOLL_CTL_MOD)
        if godwit_epoll_control(queue, first, descriptor, events) != 0 {
            _ = godwit_epoll_control(queue, second, descriptor, events)
        }
    }

    func forget(_ descriptor: Int32) {
        _ = godwit_epoll_control(queue, EPOLL_CTL_DEL, descriptor, 0)
    }

    /// Waits at most `milliseconds` (-1: for ever) and puts into `ready` what happened.
    func wait(milliseconds: Int32, _ ready: inout [SocketEvent]) {
        ready.removeAll(keepingCapacity: true)
        withUnsafeTemporaryAllocation(of: epoll_event.self, capacity: 128) { events in
            let count = epoll_wait(queue, events.baseAddress, Int32(events.count), milliseconds)
            for event in events.prefix(max(Int(count), 0)) where event.data.fd != alarm {
                ready.append(SocketEvent(socket: event.data.fd, events: event.events))
            }
        }
    }
}

/// What is ready on a socket, in the bits of ``EventPoller``.
struct SocketEvent: Sendable {
    var socket: Int32
    var events: UInt32
}
