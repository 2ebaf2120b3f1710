// Part of godwit. SPDX-License-Identifier: Apache-2.0

import HTTPTransport
import StorageModel
import Synchronization

/// The way to one bucket, or to an account: addresses and signs requests, counts them, and corrects what a single
/// corrected request can cure (the region, the clock, a temporary redirect). Other retries belong to a layer above.
final class S3Connection: Sendable {
    private struct State {
        /// Where requests go just now.
        var routes: S3Routes?
        /// The store's clock minus ours, in seconds.
        var clockOffset: Int64 = 0
        var owner: String?
        var holdsVersions: Bool?
    }

    /// Empty: the account itself.
    let bucket: String
    /// For errors: `s3://bucket`.
    let location: String
    let settings: S3Settings
    /// What the bucket's name means; nil: ``settingsRefusal`` says why it means nothing.
    let form: BucketForm?
    let policy: S3Policy
    /// Nil: ``settingsRefusal`` says why requests cannot go anywhere.
    let endpoint: S3Endpoint?
    let client: HTTPClient

    private let ledger: RequestLedger
    private let credentials: CredentialKeeper
    private let sessions: ExpressSessions
    /// What signs requests for data; nil: ``credentials``.
    private let session: CredentialKeeper?
    private let clock: @Sendable () -> Timestamp
    private let state = Mutex(State())

    /// The namespace of S3's documents.
    static let namespace = "http://s3.amazonaws.com/doc/2006-03-01/"

    init(
        bucket: String, settings: S3Settings, credentials: any CredentialSource, client: HTTPClient,
        ledger: RequestLedger, sessions: ExpressSessions = ExpressSessions(),
        now: @escaping @Sendable () -> Timestamp
    ) {
        self.bucket = bucket
        self.settings = settings
        // One that is shared keeps for all who share it.
        let keeper = credentials as? CredentialKeeper ?? CredentialKeeper(credentials, now: now)
        self.credentials = keeper
        self.client = client
        self.ledger = ledger
        self.sessions = sessions
        clock = now
        form = try? Self.form(of: bucket, settings)
        endpoint = Self.endpoint(settings, form)
        let provider = form?.provider(of: settings.provider) ?? settings.provider
        policy = S3Policy(settings, provider: provider, usesTLS: endpoint?.scheme != "http")
        location = bucket.isEmpty ? endpoint.map { "\($0.scheme)://\($0.authority)" } ?? "" : "s3://\(bucket)"
        session =
            if case .directory = form, !settings.disablesExpressSessions {
                sessions.keeper(bucket, settings, keeper, client, ledger, now)
            } else {
                nil
            }
    }

    /// The id of the account that objects belong to, once it was asked for.
    var knownOwner: String? {
        get { state.withLock { $0.owner } }
        set { state.withLock { $0.owner = newValue } }
    }

    /// Whether there may be versions in the bucket, once that was asked.
    var knownToHoldVersions: Bool? {
        get { state.withLock { $0.holdsVersions } }
        set { state.withLock { $0.holdsVersions = newValue } }
    }

    /// The way to another bucket of the store, whose objects are encrypted by `key`.
    func toward(_ bucket: String, customerKey key: CustomerKey?) -> S3Connection {
        var settings = settings
        settings.customerKey = key
        return S3Connection(
            bucket: bucket, settings: settings, credentials: credentials, client: client, ledger: ledger,
            sessions: sessions, now: clock)
    }

    /// This machine's time.
    var now: Timestamp { clock() }

    /// Sends `call` and returns its answer, whose status is 2xx.
    func send(_ call: S3Call) async throws(StorageError) -> HTTPResponse {
        var route = try routes()[call.entrance]
        var tried: S3Correction.Tried = []
        let keeper = keeper(for: call)
        while true {
            let offset = clockOffset
            let signer = try await keeper.credentials()
            let response = try await transmit(call, route, signer, clockOffset: offset)
            if (200..<300).contains(response.status) { return response }
            let failure = S3Failure(response, now: now)
            if failure.mayBeOfExpiredCredentials(call, signer), let signer, tried.insert(.credentials).inserted,
                try await keeper.credentials(insteadOf: signer) != nil
            {
                continue
            }
            guard let next = try await correct(response, failure, call, route, clockOffset: offset, &tried) else {
                throw error(failure, call)
            }
            route = next
        }
    }

    /// What signs `call`.
    private func keeper(for call: S3Call) -> CredentialKeeper {
        call.entrance == .data ? session ?? credentials : credentials
    }

    /// The URL of a request that whoever has it may send within `seconds`.
    func presign(_ call: S3Call, seconds: Int) async throws(StorageError) -> String {
        let route = try routes()[call.entrance]
        let path = path(of: call, route)
        guard let credentials = try await keeper(for: call).credentials() else {
            throw StorageError(
                .unauthenticated, during: call.operation, at: location, key: call.key,
                message: "an anonymous remote cannot sign URLs")
        }
        let time = signingTime(clockOffset)
        if credentials.isBucketSession, let end = credentials.expiration, end.seconds - time.seconds < seconds {
            let left = max(end.seconds - time.seconds, 1)
            throw StorageError(
                .invalidConfiguration, during: call.operation, at: location, key: call.key,
                message:
                    "a URL into a directory bucket holds no longer than the session that signs it, \(left) s from now",
                advice: "ask for less (--expire \(max(left - 10, 1))s)")
        }
        let query = route.signer.presign(
            method: call.method, host: route.address.authority, path: path, query: call.query.text,
            expiresAfter: seconds, credentials: credentials, at: time)
        return "\(route.address.origin)\(path)?\(query)"
    }

    // MARK: Routes

    /// Where requests go just now.
    func routes() throws(StorageError) -> S3Routes {
        if let routes = state.withLock({ $0.routes }) { return routes }
        guard let endpoint, let form, settingsRefusal == nil else { throw settingsProblem }
        let routes = S3Routes(
            to: bucket, form, at: endpoint, region: region(in: form), forcesPathStyle: forcesPathStyle)
        state.withLock { $0.routes = $0.routes ?? routes }
        return routes
    }

    /// The region to begin with.
    private func region(in form: BucketForm) -> String {
        if case .accessPoint(let point) = form { return point.region }
        let region = settings.region ?? ""
        return region.isEmpty ? policy.provider.defaultRegion : region
    }

    var forcesPathStyle: Bool { settings.forcePathStyle ?? policy.provider.forcesPathStyle }

    // MARK: Sending

    private var clockOffset: Int64 { state.withLock { $0.clockOffset } }

    private func signingTime(_ offset: Int64) -> Timestamp {
        let now = clock()
        return Timestamp(seconds: now.seconds + offset, nanoseconds: now.nanoseconds)
    }

    private func path(of call: S3Call, _ route: S3Route) -> String {
        guard let key = call.key else { return route.address.pathPrefix.isEmpty ? "/" : route.address.pathPrefix }
        return route.address.pathPrefix + "/" + PercentEncoding.path(key.bytes)
    }

    private func transmit(
        _ call: S3Call, _ route: S3Route, _ credentials: Credentials?, clockOffset: Int64
    ) async throws(StorageError) -> HTTPResponse {
        let call = try framed(call, isAnonymous: credentials == nil)
        let path = path(of: call, route)
        let query = call.query.isEmpty ? "" : call.query.text
        var headers = call.headers
        headers += policy.commonHeaders
        var renewed: (@Sendable () -> [HTTPHeader])?
        if let credentials {
            if client.configuration.requestRate != nil {
                // It may have to wait for longer than a signature holds.
                renewed = { [self, headers] in
                    let time = signingTime(self.clockOffset)
                    return headers + signature(call, path, query, headers, route, credentials, time)
                }
            }
            headers += signature(call, path, query, headers, route, credentials, signingTime(clockOffset))
        }
        var url = route.address.origin + path
        if !query.isEmpty {
            url += "?"
            url += query
        }
        var request = HTTPRequest(
            call.method, url, headers: headers, body: call.body, sink: call.sink,
            isSentOnce: call.isAmbiguousWhenLost || call.leavesTraces)
        request.renewedHeaders = renewed
        ledger.count(call.kind)
        do throws(HTTPError) {
            return try await client.send(request)
        } catch {
            throw storageError(error, call, host: route.address.authority)
        }
    }

    private func signature(
        _ call: S3Call, _ path: String, _ query: String, _ headers: [HTTPHeader], _ route: S3Route,
        _ credentials: Credentials, _ time: Timestamp
    ) -> [HTTPHeader] {
        let added = route.signer.sign(
            method: call.method, host: route.address.authority, path: path, query: query, headers: headers,
            payloadHash: call.payload, credentials: credentials, at: time)
        if let chunks = call.chunks, chunks.isSigned {
            chunks.seal(by: route.signer.chunks(after: added, credentials: credentials, at: time))
        }
        return added
    }

    // MARK: Corrections

    /// Where to send the call again after `failure`; nil when that cannot cure it. `route` and `clockOffset` are those
    /// that it was sent by: another call may have corrected them meanwhile, which helps this one only when it is sent again.
    private func correct(
        _ response: HTTPResponse, _ failure: S3Failure, _ call: S3Call, _ route: S3Route, clockOffset: Int64,
        _ tried: inout S3Correction.Tried
    ) async throws(StorageError) -> S3Route? {
        let mayBeElsewhere = form?.mayBeElsewhere ?? false
        let correction = S3Correction(
            failure, call, location: response.headers["location"], region: route.region, now: now,
            offset: clockOffset, tried: mayBeElsewhere ? tried : tried.union([.region, .elsewhere]))
        switch correction {
        case nil: return nil
        case .clock(let offset):
            tried.insert(.clock)
            state.withLock { $0.clockOffset = offset }
            return route
        case .elsewhere(let scheme, let authority):
            tried.insert(.elsewhere)
            guard let endpoint, S3Correction.isTrusted(scheme, authority, from: endpoint) else { return nil }
            return S3Route(
                region: route.region,
                address: S3Address(scheme: scheme, authority: authority, bucket: bucket.isEmpty ? nil : bucket),
                signer: route.signer)
        case .region(let region):
            tried.insert(.region)
            return move(to: region, call.entrance)
        case .askForRegion:
            tried.insert(.region)
            let probe = S3Call(kind: .head, method: .head, operation: call.operation, permission: "s3:ListBucket")
            let response = try await transmit(
                probe, route, try await credentials.credentials(), clockOffset: clockOffset)
            if let region = S3Failure(response, now: now).region, region != route.region {
                return move(to: region, call.entrance)
            }
            // Where the bucket answers, a bodiless 400 may have been a RequestTimeout, which another attempt cures.
            return (200..<300).contains(response.status) ? route : nil
        }
    }

    private func move(to region: String, _ entrance: S3Entrance) -> S3Route? {
        guard let endpoint, let form else { return nil }
        let moved = S3Routes(
            to: bucket, form, at: endpoint.moved(to: region), region: region, forcesPathStyle: forcesPathStyle)
        state.withLock { $0.routes = moved }
        return moved[entrance]
    }
}
