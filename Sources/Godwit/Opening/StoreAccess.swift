// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import BackendS3
internal import Settings
public import StorageModel

/// What another program needs to reach the bucket that a location names. Printing it shows no secret.
public struct StoreAccess: Sendable {
    /// With scheme; nil: AWS by region.
    public var endpoint: String?
    public var region: String?
    /// Nil: requests go unsigned.
    public var accessKeyID: String?
    public var secretAccessKey: String?
    public var sessionToken: String?
    public var container: String
    public var usesPathStyle: Bool
}

extension StoreAccess: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "StoreAccess(\(endpoint ?? "AWS"), \(container), secret redacted)" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: ["endpoint": endpoint ?? "AWS"]) }
}

extension Session {
    /// How the S3 bucket that `location` names is reached by others.
    /// - Throws: `unsupported` for locations that are not S3.
    public func access(to location: String) async throws(StorageError) -> StoreAccess {
        let resolved = try resolve(location, as: .target)
        guard resolved.settings.kind == .s3 else {
            throw StorageError(
                .unsupported, during: .validate, at: resolved.display, message: "only S3 remotes are reached by others")
        }
        let remote = try s3(resolved.settings, as: .target)
        let credentials = try await remote.credentials.credentials()
        return StoreAccess(
            endpoint: remote.settings.endpoint, region: remote.settings.region,
            accessKeyID: credentials?.accessKeyID, secretAccessKey: credentials?.secretAccessKey,
            sessionToken: credentials?.sessionToken, container: resolved.containerAndKey.container,
            usesPathStyle: remote.settings.forcePathStyle ?? remote.settings.provider.forcesPathStyle)
    }
}
