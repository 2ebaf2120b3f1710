// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// Hosts by what the bucket's name means, as AWS's own rules for endpoints have them
/// (https://github.com/boto/botocore/tree/develop/botocore/data/s3/2006-03-01, `endpoint-rule-set-1.json`).
extension S3Address {
    init(_ endpoint: S3Endpoint, _ bucket: String, _ form: BucketForm, region: String, forcesPathStyle: Bool) {
        switch form {
        case .account: self.init(endpoint, bucket: nil, forcesPathStyle: forcesPathStyle)
        case .general: self.init(endpoint, bucket: bucket, forcesPathStyle: forcesPathStyle)
        case .accessPoint(let point):
            let service = point.outpost == nil ? "s3-accesspoint" : point.service
            let host = endpoint.partition?.host(of: service, region: region) ?? endpoint.authority
            self.init(scheme: endpoint.scheme, authority: "\(point.label).\(host)")
        case .directory(let directory):
            if let partition = endpoint.partition {
                let host = partition.host(of: DirectoryBucket.service, zone: directory.zone, region: region)
                self.init(scheme: endpoint.scheme, authority: "\(directory.name).\(host)")
            } else {
                self.init(directory, at: endpoint)
            }
        }
    }

    /// Where buckets are made, listed and removed, which for directory buckets is not where they are.
    init(managing bucket: String, _ form: BucketForm, at endpoint: S3Endpoint, region: String) {
        switch (form, endpoint.partition) {
        case (.directory(let directory), nil): self.init(directory, at: endpoint)
        case (_, let partition):
            let host = partition?.host(of: "s3express-control", region: region)
            self.init(
                scheme: endpoint.scheme, authority: host ?? endpoint.authority,
                pathPrefix: bucket.isEmpty ? "" : "/" + bucket)
        }
    }

    /// A directory bucket at an endpoint that is not AWS's. Only an address has the name in the path.
    private init(_ directory: DirectoryBucket, at endpoint: S3Endpoint) {
        if endpoint.isAddress {
            self.init(scheme: endpoint.scheme, authority: endpoint.authority, pathPrefix: "/" + directory.name)
        } else {
            self.init(scheme: endpoint.scheme, authority: "\(directory.name).\(endpoint.authority)")
        }
    }

    private init(scheme: String, authority: String, pathPrefix: String = "") {
        self.authority = authority
        origin = "\(scheme)://\(authority)"
        self.pathPrefix = pathPrefix
    }
}
