// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// What a container's name means, which decides where its requests go and what signs them.
enum BucketForm: Sendable, Hashable {
    /// No container: the account itself.
    case account
    case general
    case accessPoint(AccessPoint)
    case directory(DirectoryBucket)

    /// - Parameter meansDirectories: Whether names that end as directory buckets' are theirs: other stores may name any bucket so.
    init(of name: String, meansDirectories: Bool) throws(SettingsRefusal) {
        if name.isEmpty {
            self = .account
        } else if AccessPoint.isNamed(by: name) {
            self = .accessPoint(try AccessPoint(arn: name))
        } else if meansDirectories, DirectoryBucket.isNamed(by: name) {
            self = .directory(try DirectoryBucket(name: name))
        } else {
            self = .general
        }
    }

    /// What such a container can do, where `provider` is the store's entry.
    func provider(of provider: Provider) -> Provider {
        switch self {
        case .account, .general: provider
        case .accessPoint(let point): point.outpost == nil ? provider : .outposts
        case .directory: .express
        }
    }

    /// What its requests are signed for.
    var service: String {
        switch self {
        case .account, .general: "s3"
        case .accessPoint(let point): point.service
        case .directory: DirectoryBucket.service
        }
    }

    /// Whether it is a way into a bucket and no bucket.
    var isAccessPoint: Bool {
        switch self {
        case .account, .general: false
        case .accessPoint: true
        case .directory(let bucket): bucket.isAccessPoint
        }
    }

    /// Whether the store may say that it is elsewhere. Names of the other forms say where they are.
    var mayBeElsewhere: Bool {
        switch self {
        case .account, .general: true
        case .accessPoint, .directory: false
        }
    }
}
