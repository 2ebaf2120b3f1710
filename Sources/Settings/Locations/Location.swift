// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// A location as a user wrote it, taken apart. Printing it never shows a secret.
package struct Location: Sendable, Hashable, CustomStringConvertible {
    package let remote: RemoteReference
    /// What follows the remote: a file path, or a bucket and a key.
    package let path: String

    package init(remote: RemoteReference, path: String) {
        self.remote = remote
        self.path = path
    }

    /// As the user would write it again, without secrets.
    package var description: String {
        switch remote {
        case .local: path
        case .aws: "s3://\(path)"
        case .named(let name, let options): "\(name)\(Self.text(options)):\(path)"
        case .described(let type, let options): ":\(type)\(Self.text(options)):\(path)"
        }
    }

    private static func text(_ options: [RemoteOption]) -> String {
        options.filter { !$0.isSecret }.map { option in
            let value = option.value.unicodeScalars
            let isPlain = value.allSatisfy { !":,\"'".unicodeScalars.contains($0) } && !value.isEmpty
            let quoted = value.split(separator: "\"", omittingEmptySubsequences: false).map { String($0) }
                .joined(separator: "\"\"")
            return ",\(option.name)=\(isPlain ? option.value : "\"\(quoted)\"")"
        }
        .joined()
    }
}
