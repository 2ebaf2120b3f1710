// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// A way into a bucket that has a name, a host and a policy of its own
/// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points.html).
struct AccessPoint: Sendable, Hashable {
    let region: String
    let account: String
    let name: String
    /// The outpost that the bucket is on; nil: it is in the region
    /// (https://docs.aws.amazon.com/AmazonS3onOutposts/latest/userguide/S3OnOutposts.html).
    let outpost: String?

    /// What its requests are signed for.
    var service: String { outpost == nil ? "s3" : "s3-outposts" }

    /// What stands before the host of the store or of the region.
    var label: String { outpost.map { "\(name)-\(account).\($0)" } ?? "\(name)-\(account)" }

    /// Whether `name` takes the place of a bucket's as the full name of something.
    static func isNamed(by name: String) -> Bool { name.utf8.starts(with: "arn:".utf8) }

    /// Reads `arn:PARTITION:s3:REGION:ACCOUNT:accesspoint/NAME`, or
    /// `arn:PARTITION:s3-outposts:REGION:ACCOUNT:outpost/ID/accesspoint/NAME`.
    init(arn: String) throws(SettingsRefusal) {
        let fields = arn.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false).map(String.init)
        guard fields.count == 6 else { throw Self.malformed }
        let resource = fields[5].split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        (region, account) = (fields[3], fields[4])
        switch (fields[2], resource[0]) {
        case ("s3", "accesspoint") where resource.count == 2 && region.isEmpty:
            throw SettingsRefusal(
                "requests to a multi-region access point take signatures for many regions (SigV4A), which godwit does not make",
                advice: "name the access point or the bucket of one region")
        case ("s3", "accesspoint") where resource.count == 2:
            (name, outpost) = (resource[1], nil)
        case ("s3-outposts", "outpost") where resource.count == 4 && resource[2] == "accesspoint":
            (name, outpost) = (resource[3], resource[1])
        case ("s3-outposts", "outpost") where resource.count == 4 && resource[2] == "bucket":
            throw SettingsRefusal(
                "a bucket on an outpost has no host of its own", advice: "name an access point of the bucket")
        case ("s3-object-lambda", _):
            throw SettingsRefusal(
                "an Object Lambda access point gives what its function makes of objects, which no listing tells of: "
                    + "neither their size nor their digest",
                advice: "name the access point that it stands before")
        default: throw Self.malformed
        }
        guard S3Failure.isRegion(region), Self.isLabel(account), Self.isLabel(name), outpost.map(Self.isLabel) ?? true
        else { throw Self.malformed }
    }

    /// Whether `text` can be part of a host's first label; nothing else may get into a host.
    private static func isLabel(_ text: String) -> Bool {
        (1...63).contains(text.utf8.count) && text.utf8.first != 45 && text.utf8.last != 45
            && text.utf8.allSatisfy {
                (97...122).contains($0) || (65...90).contains($0) || (48...57).contains($0) || $0 == 45
            }
    }

    private static let malformed = SettingsRefusal(
        "the ARN names no access point",
        advice: "write arn:aws:s3:REGION:ACCOUNT:accesspoint/NAME, and the key behind it")
}
