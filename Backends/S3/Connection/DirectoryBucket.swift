// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// A bucket of S3 Express One Zone, which is in one zone and says so in its name: `base--ZONE--x-s3`, and `base--ZONE--xa-s3` for
/// an access point of one (https://docs.aws.amazon.com/AmazonS3/latest/userguide/directory-bucket-naming-rules.html).
struct DirectoryBucket: Sendable, Hashable {
    let name: String
    /// The id of the zone: `use1-az4`, of a Local Zone `usw2-lax1-az1`.
    let zone: String

    /// Whether the name is an access point's.
    var isAccessPoint: Bool { name.hasSuffix(Self.accessPointSuffix) }

    /// What its requests are signed for.
    static let service = "s3express"

    /// Whether a bucket of that name can only be a directory bucket: no other bucket's name may end so.
    static func isNamed(by name: String) -> Bool { suffix(of: name) != nil }

    init(name: String) throws(SettingsRefusal) {
        guard let suffix = Self.suffix(of: name), S3Address.isHostLabel(name),
            let mark = name.dropLast(suffix.count).ranges(of: "--").last
        else { throw Self.malformed }
        zone = String(name[mark.upperBound...].dropLast(suffix.count))
        self.name = name
        guard mark.lowerBound > name.startIndex, S3Failure.isRegion(zone) else { throw Self.malformed }
    }

    /// Whether the zone is a Local Zone, whose ids name a place between region and number
    /// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/endpoint-directory-buckets-LZ.html).
    var isInLocalZone: Bool { zone.split(separator: "-").count > 2 }

    private static func suffix(of name: String) -> String? {
        ["--x-s3", accessPointSuffix].first { name.hasSuffix($0) }
    }

    private static let accessPointSuffix = "--xa-s3"

    private static let malformed = SettingsRefusal(
        "the name ends as a directory bucket's and names no zone",
        advice: "directory buckets are named BASE--ZONE--x-s3, such as mine--use1-az4--x-s3")
}
