// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

/// The root of a store: `https://s3.eu-west-1.amazonaws.com`, `http://127.0.0.1:8333`.
struct S3Endpoint: Sendable, Hashable {
    var scheme: String
    /// Host without port, brackets included for IPv6.
    var host: String
    /// Nil: the scheme's own.
    var port: Int?
    /// Nil: the host does not follow from the region.
    var partition: Partition?

    /// AWS hosts follow from the region (https://docs.aws.amazon.com/general/latest/gr/s3.html).
    struct Partition: Sendable, Hashable {
        /// Hosts that have IPv6 addresses too.
        var usesDualStack = false
        /// Hosts whose cryptography is validated by FIPS 140.
        var usesFIPS = false
        /// The nearest entry to AWS's own network; for buckets only, whose name stands before the host.
        var accelerates = false

        /// The host of one of S3's own services in `region`; in one zone of it, where the service is in zones.
        func host(of service: String, zone: String? = nil, region: String) -> String {
            let kind = usesFIPS ? service + "-fips" : service
            let stack = usesDualStack ? "dualstack." : ""
            return "\(zone.map { "\(kind)-\($0)" } ?? kind).\(stack)\(region).\(S3Endpoint.suffix(of: region))"
        }
    }

    /// Host and port as they stand in a URL and in the Host header: the scheme's own port left out.
    var authority: String { port.map { "\(host):\($0)" } ?? host }

    /// The endpoint of AWS for `region`.
    init(region: String, _ partition: Partition = Partition()) {
        scheme = "https"
        self.partition = partition
        host =
            partition.accelerates
            ? "s3-accelerate.\(partition.usesDualStack ? "dualstack." : "")amazonaws.com"
            : partition.host(of: "s3", region: region)
    }

    /// The root of another of AWS's services in `region`; nil: the one that serves all regions.
    static func service(_ name: String, region: String?) -> String {
        guard let region else { return "https://\(name).amazonaws.com" }
        return "https://\(name).\(region).\(suffix(of: region))"
    }

    /// Reads `[scheme://]host[:port][/]`; nil when `text` is not that. Without a scheme it is https.
    init?(_ text: String) {
        var rest = Substring(text)
        scheme = "https"
        if let separator = rest.firstRange(of: "://") {
            scheme = rest[..<separator.lowerBound].lowercased()
            rest = rest[separator.upperBound...]
        }
        while rest.last == "/" { rest = rest.dropLast() }
        guard scheme == "http" || scheme == "https", !rest.isEmpty else { return nil }
        var portText: Substring?
        if rest.first == "[" {
            guard let bracket = rest.firstIndex(of: "]") else { return nil }
            let after = rest[rest.index(after: bracket)...]
            guard after.isEmpty || after.first == ":" else { return nil }
            if !after.isEmpty { portText = after.dropFirst() }
            host = String(rest[...bracket])
        } else {
            let pieces = rest.split(separator: ":", omittingEmptySubsequences: false)
            guard pieces.count <= 2, let first = pieces.first, !first.isEmpty else { return nil }
            host = first.lowercased()
            if pieces.count == 2 { portText = pieces[1] }
        }
        guard host.utf8.allSatisfy({ Self.isHostByte($0) }) else { return nil }
        if let portText {
            guard let number = Int(portText), (1...65_535).contains(number) else { return nil }
            port = number == (scheme == "http" ? 80 : 443) ? nil : number
        }
    }

    /// The same endpoint for another region, where hosts follow from regions.
    func moved(to region: String) -> S3Endpoint {
        guard let partition else { return self }
        return S3Endpoint(region: region, partition)
    }

    /// Whether a bucket's name can be put before the host: names do not resolve under an address or localhost.
    var takesVirtualHosts: Bool { !isAddress && host != "localhost" }

    /// Whether the host is an address, which can have no name before it.
    var isAddress: Bool {
        host.hasPrefix("[") || host.split(separator: ".").allSatisfy { $0.allSatisfy(\.isWholeNumber) }
    }

    private static func isHostByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 48...57, 65...90, 97...122: true
        case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: ":"), UInt8(ascii: "["),
            UInt8(ascii: "]"), UInt8(ascii: "%"):
            true
        default: false
        }
    }

    fileprivate static func suffix(of region: String) -> String {
        if region.hasPrefix("cn-") { return "amazonaws.com.cn" }
        if region.hasPrefix("eusc-") { return "amazonaws.eu" }
        if region.hasPrefix("us-iso-") { return "c2s.ic.gov" }
        if region.hasPrefix("us-isob-") { return "sc2s.sgov.gov" }
        if region.hasPrefix("us-isof-") { return "csp.hci.ic.gov" }
        if region.hasPrefix("eu-isoe-") { return "cloud.adc-e.uk" }
        return "amazonaws.com"
    }
}
