// Part of godwit. SPDX-License-Identifier: Apache-2.0

public import StorageModel

/// What of a store a permission is for.
public struct AccessPlace: Sendable, Hashable {
    public enum Extent: Sendable, Hashable {
        /// Everything under a prefix, which is empty or ends in `/`.
        case prefix(ObjectKey)
        /// One object.
        case object(ObjectKey)
        /// What a location without a slash at its end names: an object of this name, or what is under it.
        case either(ObjectKey)
    }

    public var bucket: String
    public var extent: Extent
    /// Whether keys are asked for that may be absent. Stores tell that to whoever may list, without any condition on the
    /// prefix: a request for one key has no prefix.
    public var looksUp = false
    /// Whose region it is, since names begin with that: `aws`, `aws-cn`, `aws-us-gov`.
    public var partition: String
    /// Nil: none is said.
    public var region: String?
    /// Whether the bucket is a directory bucket, to which leave is given as a whole.
    public var isDirectory = false
    /// Of a directory bucket, whether nothing is changed there.
    public var isOnlyRead = false

    public init(_ bucket: String, _ extent: Extent, region: String? = nil) {
        self.bucket = bucket
        self.extent = extent
        self.region = region
        partition = Self.partition(of: region ?? "")
    }

    static func partition(of region: String) -> String {
        let known = [
            ("cn-", "aws-cn"), ("us-gov-", "aws-us-gov"), ("us-iso-", "aws-iso"), ("us-isob-", "aws-iso-b"),
            ("us-isof-", "aws-iso-f"), ("eu-isoe-", "aws-iso-e"), ("eusc-", "aws-eusc"),
        ]
        return known.first { region.hasPrefix($0.0) }?.1 ?? "aws"
    }

    /// The bucket by its name in policies. What is the name of an access point in full already stays that.
    var bucketName: String {
        if bucket.hasPrefix("arn:") { return bucket }
        // Whose account it is, no location says.
        if isDirectory { return "arn:\(partition):s3express:\(region ?? "*"):*:bucket/\(Self.literal(bucket))" }
        return "arn:\(partition):s3:::\(Self.literal(bucket))"
    }

    /// The objects by their names in policies.
    var objectNames: [String] {
        let base = bucket.hasPrefix("arn:") ? "\(bucket)/object/" : bucketName + "/"
        return switch extent {
        case .prefix(let prefix): ["\(base)\(Self.literal(prefix.description))*"]
        case .object(let key): [base + Self.literal(key.description)]
        case .either(let key): [base + Self.literal(key.description), "\(base)\(Self.literal(key.description))/*"]
        }
    }

    /// What a request to list must have as its prefix; nil: anything.
    var listedPrefix: String? {
        guard !looksUp else { return nil }
        switch extent {
        case .prefix(let prefix): return prefix.isRoot ? nil : Self.literal(prefix.description) + "*"
        case .object(let key): return Self.literal(key.description) + "*"
        case .either: return nil
        }
    }

    /// `text` in a policy, where some characters stand for others
    /// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#policy-vars-specialchars).
    private static func literal(_ text: String) -> String {
        var result = ""
        for character in text.unicodeScalars {
            switch character {
            case "*", "?", "$": result += "${\(character)}"
            default: result.unicodeScalars.append(character)
            }
        }
        return result
    }
}
