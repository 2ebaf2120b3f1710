// Part of godwit. SPDX-License-Identifier: Apache-2.0

import HTTPTransport
import StorageModel
import Synchronization

/// The way to one bucket, or to an account: addresses and signs requests, counts them, and corrects what a single
/// corrected request can cure (the region, the clock, a temporary redirect). Other retries belong to a layer above.
final class S3Connection: Sendable {
    /// Where requests go just now.
    struct Route: Sendable {
        var region: String
        var address: S3Address
        var signer: SigV4Signer
    }

    private struct State {
        var route: Route?
        /// The store's clock minus ours, in seconds.
        var clockOffset: Int64 = 0
        var owner: String?
    }

    /// Empty: the account itself.
    let bucket: String
    /// For errors: `s3://bucket`.
    let location: String
    let settings: S3Settings
    let policy: S3Policy
    /// Nil: ``settingsProblem`` says why requests cannot go anywhere.
    let endpoint: S3Endpoint?
    let client: HTTPClient

    private let ledger: RequestLedger
    private let credentials: CredentialKeeper
    private let clock: @Sendable () -> Timestamp
    private let state = Mutex(State())

    /// The namespace of S3's documents.
    static let namespace = "http://s3.amazonaws.com/doc/2006-03-01/"

    init(
        bucket: String, settings: S3Settings, credentials: any CredentialSource, client: HTTPClient,
        ledger: RequestLedger, now: @escaping @Sendable () -> Timestamp
    ) {
        self.bucket = bucket
        self.settings = settings
        // One that is shared keeps for all who share it.
        self.credentials = credentials as? CredentialKeeper ?? CredentialKeeper(credentials, now: now)
        self.client = client
        self.ledger = ledger
        clock = now
        endpoint = Self.endpoint(settings, bucket: bucket)
        policy = S3Policy(settings, usesTLS: endpoint?.scheme != "http")
        location = bucket.isEmpty ? endpoint.map { "\($0.scheme)://\($0.authority)" } ?? "" : "s3://\(bucket)"
    }

    /// The id of the account that objects belong to, once it was asked for.
    var knownOwner: String? {
        get { state.withLock { $0.owner } }
        set { state.withLock { $0.owner = newValue } }
    }

    /// The way to another bucket of the store, whose objects are encrypted by `key`.
    func toward(_ bucket: String, customerKey key: CustomerKey?) -> S3Connection {
        var settings = settings
        settings.customerKey = key
        return S3Connection(
            bucket: bucket, settings: settings, credentials: credentials, client: client, ledger: ledger, now: clock)
    }

    /// This machine's time.
    var now: Timestamp { clock() }

    /// Sends `call` and returns its answer, whose status is 2xx.
    func send(_ call: S3Call) async throws(StorageError) -> HTTPResponse {
        var route = try route()
        var tried: S3Correction.Tried = []
        while true {
            let offset = clockOffset
            let signer = try await credentials.credentials()
            let response = try await transmit(call, route, signer, clockOffset: offset)
            if (200..<300).contains(response.status) { return response }
            let failure = S3Failure(response, now: now)
            if failure.isOfExpiredCredentials, let signer, tried.insert(.credentials).inserted,
                try await credentials.credentials(insteadOf: signer) != nil
            {
                continue
            }
            guard let next = try await correct(response, failure, call, route, clockOffset: offset, &tried) else {
                throw error(failure, call)
            }
            route = next
        }
    }

    /// The URL of a request that whoever has it may send within `seconds`.
    func presign(_ call: S3Call, seconds: Int) async throws(StorageError) -> String {
        let route = try route()
        let path = path(of: call, route)
        guard let credentials = try await credentials.credentials() else {
            throw StorageError(
                .unauthenticated, during: call.operation, at: location, key: call.key,
                message: "an anonymous remote cannot sign URLs")
        }
        let query = route.signer.presign(
            method: call.method, host: route.address.authority, path: path, query: call.query.text,
            expiresAfter: seconds, credentials: credentials, at: signingTime(clockOffset))
        return "\(route.address.origin)\(path)?\(query)"
    }

    // MARK: Routes

    private func route() throws(StorageError) -> Route {
        if let route = state.withLock({ $0.route }) { return route }
        guard let endpoint, bucket.isEmpty || Self.isBucketName(bucket), policy.unknownAlgorithm == nil,
            policy.payloadProblem == nil, !tellsItsKey, canAccelerate
        else {
            throw settingsProblem
        }
        let region = settings.region ?? ""
        let route = makeRoute(endpoint, region: region.isEmpty ? policy.provider.defaultRegion : region)
        state.withLock { $0.route = $0.route ?? route }
        return route
    }

    private func makeRoute(_ endpoint: S3Endpoint, region: String) -> Route {
        let address = S3Address(
            endpoint.moved(to: region), bucket: bucket.isEmpty ? nil : bucket, forcesPathStyle: forcesPathStyle)
        return Route(region: region, address: address, signer: SigV4Signer(region: region))
    }

    private var forcesPathStyle: Bool { settings.forcePathStyle ?? policy.provider.forcesPathStyle }

    private static func endpoint(_ settings: S3Settings, bucket: String) -> S3Endpoint? {
        if let text = settings.endpoint, !text.isEmpty { return S3Endpoint(text) }
        guard settings.provider.name == Provider.aws.name else { return nil }
        let region = settings.region ?? ""
        guard region.isEmpty || S3Failure.isRegion(region) else { return nil }
        return S3Endpoint(
            region: region.isEmpty ? "us-east-1" : region,
            S3Endpoint.Partition(
                usesDualStack: settings.usesDualStack, usesFIPS: settings.usesFIPS,
                accelerates: settings.accelerates && !bucket.isEmpty))
    }

    /// A name that cannot leave its place in a path or a host.
    private static func isBucketName(_ name: String) -> Bool {
        name != "." && name != ".."
            && name.utf8.allSatisfy { byte in
                switch byte {
                case 48...57, 65...90, 97...122, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"): true
                default: false
                }
            }
    }

    /// Whether the customer's key would go over a network that anyone may listen to.
    private var tellsItsKey: Bool {
        guard settings.customerKey != nil, let endpoint, endpoint.scheme == "http" else { return false }
        return !(["localhost", "[::1]"].contains(endpoint.host) || endpoint.host.hasPrefix("127."))
    }

    /// Acceleration is by hosts that begin with the bucket's name, and has none for FIPS.
    private var canAccelerate: Bool {
        guard endpoint?.partition?.accelerates == true else { return true }
        return !settings.usesFIPS && !forcesPathStyle && S3Address.isHostLabel(bucket)
    }

    private var settingsProblem: StorageError {
        let (message, advice): (String, String) =
            if !canAccelerate {
                (
                    "transfer acceleration is not for FIPS, path style or names of buckets with dots",
                    "take use_accelerate_endpoint away"
                )
            } else if tellsItsKey {
                ("a customer's key is not sent over plain http", "use an endpoint with https")
            } else if let name = policy.unknownAlgorithm {
                ("\"\(name)\" is not a digest", "use crc32, crc32c, crc64nvme, sha1, sha256 or md5")
            } else if let problem = policy.payloadProblem {
                (problem, "set payload_mode to signed or unsigned, or take it away")
            } else if endpoint != nil {
                ("\"\(bucket)\" is not a bucket name", "bucket names are 3 to 63 of a-z, 0-9, '-' and '.'")
            } else if let text = settings.endpoint, !text.isEmpty {
                ("the endpoint \"\(text)\" is not a URL", "write it as https://host or http://host:port")
            } else if settings.provider.name == Provider.aws.name {
                ("\"\(settings.region ?? "")\" is not a region", "a region looks like eu-west-1")
            } else if settings.provider.endpointTemplate != nil {
                (
                    "no region is given for provider \(settings.provider.name)",
                    "give it with --region, or region of the remote"
                )
            } else {
                ("no endpoint is given for provider \(settings.provider.name)", "give its URL with --endpoint-url")
            }
        return StorageError(
            .invalidConfiguration, during: .connect, at: location, message: message, advice: advice)
    }

    // MARK: Sending

    private var clockOffset: Int64 { state.withLock { $0.clockOffset } }

    private func signingTime(_ offset: Int64) -> Timestamp {
        let now = clock()
        return Timestamp(seconds: now.seconds + offset, nanoseconds: now.nanoseconds)
    }

    private func path(of call: S3Call, _ route: Route) -> String {
        guard let key = call.key else { return route.address.pathPrefix.isEmpty ? "/" : route.address.pathPrefix }
        return route.address.pathPrefix + "/" + PercentEncoding.path(key.bytes)
    }

    private func transmit(
        _ call: S3Call, _ route: Route, _ credentials: Credentials?, clockOffset: Int64
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
        _ call: S3Call, _ path: String, _ query: String, _ headers: [HTTPHeader], _ route: Route,
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
        _ response: HTTPResponse, _ failure: S3Failure, _ call: S3Call, _ route: Route, clockOffset: Int64,
        _ tried: inout S3Correction.Tried
    ) async throws(StorageError) -> Route? {
        let correction = S3Correction(
            failure, call, location: response.headers["location"], region: route.region, now: now,
            offset: clockOffset, tried: tried)
        switch correction {
        case nil: return nil
        case .clock(let offset):
            tried.insert(.clock)
            state.withLock { $0.clockOffset = offset }
            return route
        case .elsewhere(let scheme, let authority):
            tried.insert(.elsewhere)
            guard let endpoint, S3Correction.isTrusted(scheme, authority, from: endpoint) else { return nil }
            return Route(
                region: route.region,
                address: S3Address(scheme: scheme, authority: authority, bucket: bucket.isEmpty ? nil : bucket),
                signer: route.signer)
        case .region(let region):
            tried.insert(.region)
            return move(to: region, from: route)
        case .askForRegion:
            tried.insert(.region)
            let probe = S3Call(kind: .head, method: .head, operation: call.operation, permission: "s3:ListBucket")
            let response = try await transmit(
                probe, route, try await credentials.credentials(), clockOffset: clockOffset)
            if let region = S3Failure(response, now: now).region, region != route.region {
                return move(to: region, from: route)
            }
            // Where the bucket answers, a bodiless 400 may have been a RequestTimeout, which another attempt cures.
            return (200..<300).contains(response.status) ? route : nil
        }
    }

    private func move(to region: String, from route: Route) -> Route? {
        guard let endpoint else { return nil }
        let moved = makeRoute(endpoint, region: region)
        state.withLock { $0.route = moved }
        return moved
    }
}
