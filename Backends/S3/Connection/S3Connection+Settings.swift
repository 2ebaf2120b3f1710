// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

/// What settings mean for one bucket, and by which of them nothing can be sent.
extension S3Connection {
    /// What `bucket` means where the settings are so.
    static func form(of bucket: String, _ settings: S3Settings) throws(SettingsRefusal) -> BucketForm {
        try BucketForm(
            of: bucket, meansDirectories: settings.followsAWS || settings.provider.name == Provider.aws.name)
    }

    /// The root of the store; nil when the settings name none.
    static func endpoint(_ settings: S3Settings, _ form: BucketForm?) -> S3Endpoint? {
        if let text = settings.endpoint, !text.isEmpty { return S3Endpoint(text) }
        guard settings.provider.name == Provider.aws.name else { return nil }
        var region = settings.region ?? ""
        if case .accessPoint(let point) = form { region = point.region }
        guard region.isEmpty || S3Failure.isRegion(region) else { return nil }
        return S3Endpoint(
            region: region.isEmpty ? "us-east-1" : region,
            S3Endpoint.Partition(
                usesDualStack: settings.usesDualStack, usesFIPS: settings.usesFIPS,
                accelerates: settings.accelerates && form == .general))
    }

    var settingsProblem: StorageError {
        let refusal =
            settingsRefusal ?? SettingsRefusal("no request can be sent", advice: "check the remote's settings")
        return StorageError(
            .invalidConfiguration, during: .connect, at: location, message: refusal.message, advice: refusal.advice)
    }

    /// Why no request can be sent; nil when it can.
    var settingsRefusal: SettingsRefusal? {
        let form: BucketForm
        do throws(SettingsRefusal) {
            form = try Self.form(of: bucket, settings)
        } catch {
            return error
        }
        guard let endpoint else { return endpointRefusal }
        if let refusal = bodyRefusal(endpoint) { return refusal }
        switch form {
        case .account: return nil
        case .general: return generalRefusal(endpoint)
        case .accessPoint(let point): return refusal(of: point, endpoint)
        case .directory: return directoryRefusal
        }
    }

    private var endpointRefusal: SettingsRefusal {
        if let text = settings.endpoint, !text.isEmpty {
            return SettingsRefusal(
                "the endpoint \"\(text)\" is not a URL", advice: "write it as https://host or http://host:port")
        }
        if settings.provider.name == Provider.aws.name {
            return SettingsRefusal(
                "\"\(settings.region ?? "")\" is not a region", advice: "a region looks like eu-west-1")
        }
        if settings.provider.endpointTemplate != nil {
            return SettingsRefusal(
                "no region is given for provider \(settings.provider.name)",
                advice: "give it with --region, or region of the remote")
        }
        return SettingsRefusal(
            "no endpoint is given for provider \(settings.provider.name)", advice: "give its URL with --endpoint-url")
    }

    private func bodyRefusal(_ endpoint: S3Endpoint) -> SettingsRefusal? {
        if settings.customerKey != nil, endpoint.scheme == "http", !Self.isThisMachine(endpoint) {
            return SettingsRefusal(
                "a customer's key is not sent over plain http", advice: "use an endpoint with https")
        }
        if let name = policy.unknownAlgorithm {
            return SettingsRefusal(
                "\"\(name)\" is not a digest", advice: "use crc32, crc32c, crc64nvme, sha1, sha256 or md5")
        }
        return policy.payloadProblem.map {
            SettingsRefusal($0, advice: "set payload_mode to signed or unsigned, or take it away")
        }
    }

    /// Whether nobody else hears what goes to the endpoint.
    private static func isThisMachine(_ endpoint: S3Endpoint) -> Bool {
        ["localhost", "[::1]"].contains(endpoint.host) || endpoint.host.hasPrefix("127.")
    }

    /// Acceleration is by hosts that begin with the bucket's name, and has none for FIPS.
    private func generalRefusal(_ endpoint: S3Endpoint) -> SettingsRefusal? {
        if endpoint.partition?.accelerates == true,
            settings.usesFIPS || forcesPathStyle || !S3Address.isHostLabel(bucket)
        {
            return SettingsRefusal(
                "transfer acceleration is not for FIPS, path style or names of buckets with dots",
                advice: "take use_accelerate_endpoint away")
        }
        guard !Self.isBucketName(bucket) else { return nil }
        return SettingsRefusal(
            "\"\(bucket)\" is not a bucket name", advice: "bucket names are 3 to 63 of a-z, 0-9, '-' and '.'")
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

    private func refusal(of point: AccessPoint, _ endpoint: S3Endpoint) -> SettingsRefusal? {
        let region = settings.region ?? ""
        if settings.accelerates {
            return SettingsRefusal(
                "access points have no transfer acceleration", advice: "take use_accelerate_endpoint away")
        }
        if settings.forcePathStyle == true {
            return SettingsRefusal(
                "an access point is addressed by a host of its own, not by a path", advice: "take force_path_style away"
            )
        }
        if endpoint.isAddress {
            return SettingsRefusal(
                "an access point's name stands before the endpoint's host, which is an address",
                advice: "give an endpoint whose host is a name")
        }
        if point.outpost != nil, endpoint.partition != nil, settings.usesFIPS || settings.usesDualStack {
            return SettingsRefusal(
                "S3 on Outposts has hosts neither for FIPS nor for dual stack",
                advice: "take use_fips_endpoint and use_dual_stack away")
        }
        if !settings.usesARNRegion, !region.isEmpty, region != point.region {
            return SettingsRefusal(
                "the access point is in \(point.region), the settings say \(region), and use_arn_region is off",
                advice: "add --region \(point.region), or take AWS_S3_USE_ARN_REGION or use_arn_region away")
        }
        return nil
    }

    private var directoryRefusal: SettingsRefusal? {
        if settings.accelerates {
            return SettingsRefusal(
                "directory buckets have no transfer acceleration", advice: "take use_accelerate_endpoint away")
        }
        if settings.customerKey != nil {
            return SettingsRefusal(
                "directory buckets take no keys of customers",
                advice: "encrypt by KMS, or by what the bucket does itself")
        }
        return nil
    }
}
