// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import Godwit
internal import Settings

/// Finds out about a remote by asking.
enum RemoteQuestions {
    /// The options of the remote `name`; those left empty are left out.
    static func ask(_ name: String) throws -> [RemoteOption] {
        let type = try Prompt.line("Type of \(name): s3, local or alias", standard: "s3")
        var options = [RemoteOption("type", type)]
        func add(_ name: String, _ value: String) {
            if !value.isEmpty { options.append(RemoteOption(name, value)) }
        }
        switch type {
        case "s3":
            let provider = try Prompt.line("Provider (\(S3Providers.names.joined(separator: ", ")))", standard: "AWS")
            add("provider", provider)
            let region = try Prompt.line("Region")
            add("region", region)
            if provider != "AWS", S3Providers.endpoint(of: provider, in: region) == nil {
                add("endpoint", try Prompt.line("Endpoint, with http:// or https://"))
            }
            let key = try Prompt.line("Access key id (empty: from the environment and the AWS files)")
            if key.isEmpty {
                add("env_auth", "true")
            } else {
                add("access_key_id", key)
                add("secret_access_key", try Prompt.secret("Secret access key"))
            }
        case "alias": add("remote", try Prompt.line("The location that it stands for"))
        default: break
        }
        return options
    }
}
