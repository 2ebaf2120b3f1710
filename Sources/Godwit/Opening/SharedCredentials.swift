// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import BackendS3
internal import Settings
internal import StorageModel
internal import Synchronization

/// The session's keepers of credentials: remotes that sign in the same way share one, so that a role is assumed, and later
/// renewed, once for all.
final class SharedCredentials: Sendable {
    /// What decides who signs.
    private struct Way: Hashable {
        var values: [String?]
        var followsAWS: Bool
        var choosesProfile: Bool
    }

    private static let options = [
        "access_key_id", "secret_access_key", "session_token", "env_auth", "profile", "shared_credentials_file",
        "role_arn",
        "role_session_name", "role_session_duration", "role_external_id", "region", "ca_bundle", "no_check_certificate",
    ]

    private let keepers = Mutex<[Way: CredentialKeeper]>([:])

    /// The keeper for `remote`, made from `source` when there is none.
    func keeper(
        for remote: RemoteSettings, choosesProfile: Bool, _ source: () throws(StorageError) -> any CredentialSource
    ) throws(StorageError) -> CredentialKeeper {
        let way = Way(
            values: Self.options.map { remote[$0] }, followsAWS: remote.followsAWS, choosesProfile: choosesProfile)
        if let known = keepers.withLock({ $0[way] }) { return known }
        let made = CredentialKeeper(try source())
        return keepers.withLock { keepers in
            if let known = keepers[way] { return known }
            keepers[way] = made
            return made
        }
    }
}
