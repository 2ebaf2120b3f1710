// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

@testable import BackendS3
@testable import Settings

/// Paths whose bucket is named by an ARN or as a directory bucket: no byte is lost, and none leads out of the host.
enum BucketNameTarget: FuzzTarget {
    static let name = "bucket-name"
    static let lengthMax = 160

    static let seeds = [
        "arn:aws:s3:eu-west-1:123456789012:accesspoint/door/a/b:c", "arn:aws:s3:eu-west-1:1:accesspoint:door/k",
        "arn:aws:s3-outposts:eu-west-1:1:outpost:op-1:accesspoint/door/k", "mine--use1-az4--x-s3/a/b", "bucket/k",
        "arn:aws:s3::1:accesspoint/x.mrap", "door--usw2-lax1-az1--xa-s3",
    ]
    static let dictionary = [
        "arn:", ":", "/", "accesspoint", "outpost", "s3-outposts", "--", "--x-s3", "--xa-s3", ".", "@", "?", "#",
        "\u{301}",
    ]

    static func check(_ input: [UInt8]) throws {
        let path = String(decoding: input, as: UTF8.self)
        let (container, key) = ContainerPath.split(path, mayBeResource: true)
        let whole =
            Array(container.utf8) + (container.utf8.count < path.utf8.count ? [UInt8(ascii: "/")] : [])
            + key.bytes.array
        // The name of a resource is written with slashes where colons may stand.
        let same = zip(whole, path.utf8).allSatisfy { $0 == $1 || $0 == UInt8(ascii: "/") && $1 == UInt8(ascii: ":") }
        try require(whole.count == path.utf8.count && same, "\(path.debugDescription) is \(container) and \(key)")
        guard let form = try? BucketForm(of: container, meansDirectories: true), form != .general, form != .account
        else { return }
        for endpoint in [S3Endpoint(region: "eu-west-1"), S3Endpoint("https://s3.example")].compactMap(\.self) {
            let address = S3Address(endpoint, container, form, region: "eu-west-1", forcesPathStyle: false)
            try require(address.pathPrefix.isEmpty && S3Endpoint(address.origin) != nil, "\(address.origin) is no root")
            try require(
                address.authority.lowercased().hasSuffix(endpoint.partition == nil ? ".s3.example" : ".amazonaws.com"),
                "\(address.authority) is elsewhere")
        }
    }
}
