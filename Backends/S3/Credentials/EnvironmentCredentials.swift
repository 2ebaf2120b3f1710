// Part of godwit. SPDX-License-Identifier: Apache-2.0

package import StorageModel

/// `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and `AWS_SESSION_TOKEN`.
package struct EnvironmentCredentials: CredentialSource {
    private let environment: [String: String]

    package init(environment: [String: String]) { self.environment = environment }

    package var place: String { "the environment (AWS_ACCESS_KEY_ID)" }

    package func credentials() async throws(StorageError) -> Credentials? {
        func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        switch (value("AWS_ACCESS_KEY_ID"), value("AWS_SECRET_ACCESS_KEY")) {
        case (let id?, let secret?):
            return Credentials(accessKeyID: id, secretAccessKey: secret, sessionToken: value("AWS_SESSION_TOKEN"))
        case (nil, nil):
            return nil
        case (let id, _):
            let (set, missing) =
                id == nil
                ? ("AWS_SECRET_ACCESS_KEY", "AWS_ACCESS_KEY_ID") : ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
            throw StorageError(
                .unauthenticated, during: .connect, message: "\(set) is set in the environment without \(missing)",
                advice: "set both or neither")
        }
    }
}
