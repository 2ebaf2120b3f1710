// Part of godwit. SPDX-License-Identifier: Apache-2.0

import HTTPTransport
import StorageModel

/// What to change so that a refused request goes through, each thing at most once a request.
enum S3Correction: Equatable {
    /// Sign for this region, and go to its host where hosts follow from regions.
    case region(String)
    /// A HEAD of the bucket will name its region.
    case askForRegion
    /// Sign with this many seconds added to this machine's clock.
    case clock(Int64)
    /// A new bucket answers elsewhere until its name is known everywhere; this once, not from now on.
    case elsewhere(scheme: String, authority: String)

    /// What was tried for a request already.
    struct Tried: OptionSet {
        let rawValue: UInt8
        static let region = Tried(rawValue: 1)
        static let clock = Tried(rawValue: 2)
        static let elsewhere = Tried(rawValue: 4)
        static let credentials = Tried(rawValue: 8)
    }

    /// A difference of clocks that stores accept, in seconds, with room to spare (the limit is 900).
    private static let toleratedSkew: Int64 = 300

    init?(
        _ failure: S3Failure, _ call: S3Call, location: String?, region: String, now: Timestamp, offset: Int64,
        tried: Tried
    ) {
        if !tried.contains(.clock), let skew = Self.skew(failure, call, now), abs(skew - offset) > Self.toleratedSkew {
            self = .clock(skew)
        } else if !tried.contains(.elsewhere), failure.status == 307, failure.code != "PermanentRedirect",
            let (scheme, authority) = location.flatMap(Self.host)
        {
            self = .elsewhere(scheme: scheme, authority: authority)
        } else if !tried.contains(.region), Self.isMisplaced(failure, call) {
            guard let named = failure.region else {
                self = .askForRegion
                return
            }
            guard named != region else { return nil }
            self = .region(named)
        } else {
            return nil
        }
    }

    /// The store's clock minus ours, when it refused a request for its time. A HEAD says only 403.
    private static func skew(_ failure: S3Failure, _ call: S3Call, _ now: Timestamp) -> Int64? {
        guard let date = failure.date else { return nil }
        let isSaid = failure.code == "RequestTimeTooSkewed" || failure.code == "RequestExpired"
        guard isSaid || call.method == .head && failure.status == 403 else { return nil }
        return date.seconds - now.seconds
    }

    private static func isMisplaced(_ failure: S3Failure, _ call: S3Call) -> Bool {
        switch failure.code {
        case "PermanentRedirect", "AuthorizationHeaderMalformed": return true
        case "IllegalLocationConstraintException": return call.operation != .createContainer
        default: break
        }
        if failure.status == 301 || failure.status == 302 { return true }
        return call.method == .head && (failure.status == 400 || failure.status == 307)
    }

    /// Scheme, host and port of `location`.
    private static func host(_ location: String) -> (scheme: String, authority: String)? {
        guard let separator = location.firstRange(of: "://") else { return nil }
        let authority = location[separator.upperBound...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        guard let endpoint = S3Endpoint("\(location[..<separator.lowerBound])://\(authority)") else { return nil }
        return (endpoint.scheme, endpoint.authority)
    }

    /// Whether a redirect may lead there: the endpoint's own host or one of the same domain, and never from TLS to
    /// plain text. Requests carry session tokens and data.
    static func isTrusted(_ scheme: String, _ authority: String, from endpoint: S3Endpoint) -> Bool {
        guard scheme == endpoint.scheme || scheme == "https", let target = S3Endpoint("\(scheme)://\(authority)") else {
            return false
        }
        if target.host == endpoint.host { return true }
        guard endpoint.takesVirtualHosts else { return false }
        if target.host.hasSuffix("." + endpoint.host) { return true }
        guard endpoint.partition != nil, let dot = endpoint.host.firstRange(of: ".amazonaws.") else { return false }
        return target.host.hasSuffix(endpoint.host[dot.lowerBound...])
    }
}
