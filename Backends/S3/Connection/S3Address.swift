// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

/// Where the requests of one bucket go: the bucket in the path, or before the host.
struct S3Address: Sendable, Hashable {
    /// `https://host:port`.
    var origin: String
    /// The Host header.
    var authority: String
    /// `/bucket` under path style, else empty.
    var pathPrefix: String

    /// The address of `bucket`; nil: of the account.
    init(_ endpoint: S3Endpoint, bucket: String?, forcesPathStyle: Bool) {
        var authority = endpoint.authority
        pathPrefix = ""
        if let bucket {
            if !forcesPathStyle, endpoint.takesVirtualHosts, Self.isHostLabel(bucket) {
                authority = "\(bucket).\(authority)"
            } else {
                pathPrefix = "/" + bucket
            }
        }
        self.authority = authority
        origin = "\(endpoint.scheme)://\(authority)"
    }

    /// The same bucket behind the host that a temporary redirect names.
    init(scheme: String, authority: String, bucket: String?) {
        self.authority = authority
        origin = "\(scheme)://\(authority)"
        pathPrefix = bucket.map { authority.hasPrefix($0 + ".") ? "" : "/" + $0 } ?? ""
    }

    /// Whether `bucket` can be one label of a host name. A dot would break the wildcard of the store's certificate.
    static func isHostLabel(_ bucket: String) -> Bool {
        (3...63).contains(bucket.utf8.count) && bucket.utf8.first != 45 && bucket.utf8.last != 45
            && bucket.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 45 }
    }
}
