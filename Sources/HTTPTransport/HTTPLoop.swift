// Part of godwit. SPDX-License-Identifier: Apache-2.0

import CCurl

/// The state of a libcurl event loop: its connections, its exchanges and those that wait for a connection.
actor HTTPLoop {
    static let closedError = HTTPError(.closed, "the HTTP client was shut down")
    private static let cancelledEarlyError = HTTPError(.cancelled, "cancelled before it began")

    nonisolated let executor = CurlExecutor()
    nonisolated let counters = TransferCounters()
    nonisolated var load: LoopLoad { executor.load }
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    private let configuration: HTTPConfiguration
    private let bandwidth: Bandwidth
    /// Nil: requests have no rate.
    private var turns: RequestTurns?
    /// The most connections that this loop may have open.
    private var connectionsMax: Int
    private var multi: CurlMulti?
    /// Handles without an exchange.
    private var idle: [EasyHandle] = []
    /// Handles with one; each knows its place by ``EasyHandle/raw``.
    private var active: [UnsafeMutableRawPointer: EasyHandle] = [:]
    private var hosts: [String: HTTPHost] = [:]
    /// The one that was asked for last, which most often is asked for next.
    private var latestHost: HTTPHost?
    private var isClosed = false

    init(_ configuration: HTTPConfiguration) {
        self.configuration = configuration
        connectionsMax = max(configuration.connectionsMax, 1)
        bandwidth = Bandwidth(configuration)
        turns = configuration.requestRate.map(RequestTurns.init)
    }

    // MARK: Called by the executor, on its thread

    func perform(_ command: LoopCommand) {
        switch command {
        case .start(let transfer): start(transfer)
        case .cancel(let transfer): cancel(transfer)
        case .resumeSending(let transfer): resume(transfer, .sourceWaits)
        case .resumeReceiving(let transfer): resume(transfer, .sinkWaits)
        case .giveConnections(let tell): tell(giveConnections())
        }
    }

    /// Tells libcurl which sockets are ready.
    func handle(_ events: [SocketEvent]) {
        guard let multi else { return }
        for event in events {
            let ready = multi.reactor.relevant(event.events, on: event.socket)
            guard ready != 0 else { continue }
            // A failure is reported as readable: reading tells what it is.
            var what: Int32 = 0
            if ready & (EventPoller.readable | EventPoller.failed) != 0 { what |= CURL_CSELECT_IN }
            if ready & EventPoller.writable != 0 { what |= CURL_CSELECT_OUT }
            multi.advance(event.socket, ready: what)
        }
        finishAll(multi)
    }

    /// Does what is due and returns for how many milliseconds nothing is; -1: until something happens.
    func turn() -> Int32 {
        var now = MonotonicClock.now
        if let due = bandwidth.deadline, due <= now { resumeThrottled(now) }
        if let due = startDeadline(now), due <= now { startWaiting() }
        if let multi, let due = multi.reactor.deadline, due <= now {
            multi.reactor.clearDeadline()
            multi.advance(CURL_SOCKET_TIMEOUT, ready: 0)
            finishAll(multi)
            now = MonotonicClock.now
        }
        let next = min(multi?.reactor.deadline ?? .max, bandwidth.deadline ?? .max, startDeadline(now) ?? .max)
        if next == .max { return -1 }
        return next <= now ? 0 : Int32(clamping: (next - now + 999_999) / 1_000_000)
    }

    /// Ends every exchange and every connection; nothing starts afterwards.
    func close() {
        isClosed = true
        for host in hosts.values {
            while let transfer = host.waiting.next() { transfer.complete(.failure(Self.closedError)) }
        }
        for handle in active.values {
            guard let transfer = handle.transfer else { continue }
            end(handle, transfer, .failure(interruption(.closed, "the HTTP client was shut down", handle)))
        }
        idle.removeAll()
        multi = nil
        turns?.leave()
    }

    // MARK: Exchanges

    private func start(_ transfer: Transfer) {
        if isClosed { return transfer.complete(.failure(Self.closedError)) }
        if transfer.isCancelled { return transfer.complete(.failure(Self.cancelledEarlyError)) }
        let host = host(of: transfer)
        transfer.host = host
        if turns != nil { transfer.arrival = MonotonicClock.now }
        // Those who came before go first.
        host.waiting.append(transfer)
        startWaiting()
    }

    private func host(of transfer: Transfer) -> HTTPHost {
        if let latestHost, latestHost.isHost(of: transfer.request) { return latestHost }
        let authority = transfer.request.authority
        let host =
            hosts[authority]
            ?? HTTPHost(authority, HostPace(max: connectionsMax, isFixed: !configuration.pacesHosts))
        hosts[authority] = host
        latestHost = host
        return host
    }

    /// Hands an exchange whose turn has come to libcurl.
    private func send(_ transfer: Transfer) {
        guard let multi = openMulti(), let handle = freeHandle(multi) else {
            return transfer.complete(.failure(HTTPError(.unexpected, "libcurl could not be set up: out of resources")))
        }
        if let error = handle.prepare(transfer) {
            idle.append(handle)
            return transfer.complete(.failure(error))
        }
        handle.attach(transfer)
        let code = curl_multi_add_handle(multi.raw, handle.raw)
        guard code == CURLM_OK else {
            handle.detach()
            let reason = String(cString: curl_multi_strerror(code))
            return transfer.complete(.failure(HTTPError(.unexpected, "libcurl refused the request: \(reason)")))
        }
        active[handle.raw] = handle
        transfer.host?.active += 1
        transfer.host?.pace.begin(now: MonotonicClock.now)
        counters.countRequest()
        if !transfer.isSecondAttempt { attachStreams(transfer) }
    }

    private func attachStreams(_ transfer: Transfer) {
        let executor = executor
        if case .stream(let source, _) = transfer.request.body {
            source.attach { executor.post(.resumeSending(transfer)) }
        }
        if case .stream(let sink) = transfer.request.sink {
            sink.attach { executor.post(.resumeReceiving(transfer)) }
        }
    }

    private func openMulti() -> CurlMulti? {
        if multi == nil, let poller = executor.poller {
            multi = CurlMulti(CurlReactor(poller), connectionsMax: connectionsMax)
        }
        return multi
    }

    private func freeHandle(_ multi: CurlMulti) -> EasyHandle? {
        idle.popLast()
            ?? EasyHandle(
                configuration, reactor: multi.reactor, share: multi.share, bandwidth: bandwidth, counters: counters)
    }

    private func cancel(_ transfer: Transfer) {
        if let handle = transfer.handle {
            end(handle, transfer, .failure(interruption(.cancelled, "cancelled", handle)))
            startWaiting()
        } else if transfer.host?.waiting.remove(transfer) ?? false {
            transfer.complete(.failure(Self.cancelledEarlyError))
            // Its turn is for others.
            if turns != nil { startWaiting() }
        }
    }

    private func resume(_ transfer: Transfer, _ reason: Transfer.Pauses) {
        guard let handle = transfer.handle, !transfer.pauses.isDisjoint(with: reason) else { return }
        transfer.pauses.subtract(reason)
        let code = handle.applyPauses()
        guard code != CURLE_OK else { return }
        // libcurl delivers what it held back at once; when that fails it does not end the transfer by itself.
        end(handle, transfer, transfer.outcome(code, handle))
        startWaiting()
    }

    private func resumeThrottled(_ now: Nanoseconds) {
        for (transfer, direction) in bandwidth.due(now: now) {
            resume(transfer, direction == .upload ? .sendingTooFast : .receivingTooFast)
        }
    }

    private func interruption(_ kind: HTTPError.Kind, _ message: String, _ handle: EasyHandle) -> HTTPError {
        HTTPError(kind, message, requestWasSent: handle.requestBytes > 0)
    }

    private func finishAll(_ multi: CurlMulti) {
        var hasFinished = false
        while let (handle, code) = multi.nextFinished() {
            guard let transfer = handle.transfer else { continue }
            if transfer.beginAgain(after: code, handle) {
                release(handle, transfer)
                turns?.useAnother(now: MonotonicClock.now)
                send(transfer)
            } else {
                end(handle, transfer, transfer.outcome(code, handle))
            }
            hasFinished = true
        }
        if hasFinished { startWaiting() }
    }

    /// Takes the exchange out of libcurl and answers its sender. An exchange that is not over loses its connection.
    private func end(_ handle: EasyHandle, _ transfer: Transfer, _ outcome: Transfer.Outcome) {
        release(handle, transfer)
        if case .success(let response) = outcome, let host = transfer.host {
            // Those who wait for the rate of all requests say nothing of the host.
            let isBusy = !host.waiting.isEmpty && turns?.ahead == nil
            host.pace.end(
                bytes: transfer.sent + transfer.received, isRefused: response.status == 503 || response.status == 429,
                isBusy: isBusy, now: MonotonicClock.now)
        }
        transfer.complete(outcome)
    }

    private func release(_ handle: EasyHandle, _ transfer: Transfer) {
        counters.countSent(handle.requestBytes)
        counters.countReceived(transfer.headerBytes)
        if let multi { curl_multi_remove_handle(multi.raw, handle.raw) }
        if !transfer.pauses.isEmpty {
            bandwidth.forget(transfer)
            transfer.pauses = []
        }
        handle.detach()
        active[handle.raw] = nil
        transfer.host?.active -= 1
        if !isClosed { idle.append(handle) }
    }

    private func giveConnections() -> Int {
        let given = max(min(connectionsMax / 2, connectionsMax - (multi?.reactor.connections ?? 0)), 0)
        connectionsMax -= given
        multi?.setConnectionsMax(connectionsMax)
        return given
    }

    /// Starts what may start.
    private func startWaiting() {
        while active.count < connectionsMax {
            let now = MonotonicClock.now
            guard let host = nextHost(now) else { break }
            guard turns?.isDue(now: now) ?? true else { return }
            guard let transfer = host.waiting.next() else { break }
            if turns != nil { transfer.renewHeaders(now: now) }
            turns?.use()
            send(transfer)
        }
        turns?.leave()
    }

    /// The host whose request goes out next. Of hosts that share the last connections, it is the one with the fewest; where
    /// requests have a rate, that could leave another none of it, and whoever has waited longest comes first.
    private func nextHost(_ now: Nanoseconds) -> HTTPHost? {
        let ready = hosts.values.lazy.filter { $0.mayStart && $0.pace.due(now: now) == 0 }
        guard turns != nil else { return ready.min { $0.active < $1.active } }
        return ready.min { ($0.waiting.longest?.arrival ?? .max) < ($1.waiting.longest?.arrival ?? .max) }
    }

    /// When a request may go out that only its host's pace, or the rate of all requests, holds back.
    private func startDeadline(_ now: Nanoseconds) -> Nanoseconds? {
        guard active.count < connectionsMax else { return nil }
        let due = hosts.values.lazy.filter(\.mayStart).map { max($0.pace.due(now: now), now) }.min()
        return due.map { max($0, turns?.ahead?.due ?? 0) }
    }
}
