// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import Godwit

/// Another program that copies to S3, and how it is asked for the same as godwit.
enum Peer: String, Sendable, CaseIterable {
    case rclone, s5cmd, aws

    /// What it needs to sign in.
    func environment(_ access: StoreAccess) -> [String: String] {
        switch self {
        case .rclone:
            var variables = [
                "RCLONE_CONFIG": "/dev/null", "RCLONE_CONFIG_BENCH_TYPE": "s3",
                "RCLONE_CONFIG_BENCH_PROVIDER": access.endpoint == nil ? "AWS" : "Other",
                "RCLONE_CONFIG_BENCH_FORCE_PATH_STYLE": access.usesPathStyle ? "true" : "false",
            ]
            variables["RCLONE_CONFIG_BENCH_ENDPOINT"] = access.endpoint
            variables["RCLONE_CONFIG_BENCH_REGION"] = access.region
            variables["RCLONE_CONFIG_BENCH_ACCESS_KEY_ID"] = access.accessKeyID
            variables["RCLONE_CONFIG_BENCH_SECRET_ACCESS_KEY"] = access.secretAccessKey
            variables["RCLONE_CONFIG_BENCH_SESSION_TOKEN"] = access.sessionToken
            return variables
        case .s5cmd, .aws:
            var variables = ["AWS_REGION": access.region ?? "us-east-1"]
            variables["AWS_DEFAULT_REGION"] = variables["AWS_REGION"]
            variables["AWS_ACCESS_KEY_ID"] = access.accessKeyID
            variables["AWS_SECRET_ACCESS_KEY"] = access.secretAccessKey
            variables["AWS_SESSION_TOKEN"] = access.sessionToken
            return variables
        }
    }

    /// The command that uploads what is in `directory` to under `prefix`, which ends in a slash.
    func upload(_ directory: String, to prefix: String, _ access: StoreAccess) -> [String] {
        switch self {
        case .rclone: ["rclone", "copy", directory, "BENCH:\(access.container)/\(prefix)"]
        case .s5cmd: ["s5cmd"] + endpoint(access) + ["cp", "\(directory)/*", url(prefix, access)]
        case .aws:
            ["aws", "s3", "cp", "--recursive", "--only-show-errors"] + endpoint(access) + [
                directory, url(prefix, access),
            ]
        }
    }

    /// The command that downloads what is under `prefix` to `directory`.
    func download(_ prefix: String, to directory: String, _ access: StoreAccess) -> [String] {
        switch self {
        case .rclone: ["rclone", "copy", "BENCH:\(access.container)/\(prefix)", directory]
        case .s5cmd: ["s5cmd"] + endpoint(access) + ["cp", url(prefix, access) + "*", directory + "/"]
        case .aws:
            ["aws", "s3", "cp", "--recursive", "--only-show-errors"] + endpoint(access) + [
                url(prefix, access), directory,
            ]
        }
    }

    private func url(_ prefix: String, _ access: StoreAccess) -> String { "s3://\(access.container)/\(prefix)" }

    private func endpoint(_ access: StoreAccess) -> [String] { access.endpoint.map { ["--endpoint-url", $0] } ?? [] }
}
