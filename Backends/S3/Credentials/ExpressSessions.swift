// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import HTTPTransport
internal import StorageModel
internal import Synchronization

/// The sessions with directory buckets, one for each bucket and way to sign in, however many backends and tasks use it.
package final class ExpressSessions: Sendable {
    /// What a session is begun with, by which it can be told from another.
    private struct Way: Hashable {
        var bucket: String
        var place: [String?]
        var flags: [Bool?]
        var credentials: ObjectIdentifier
    }

    private let keepers = Mutex<[Way: CredentialKeeper]>([:])

    package init() {}

    /// The keeper of the session with `bucket` for whom `credentials` are. It holds on to them, so that no other can get their
    /// place in memory and be taken for them.
    func keeper(
        _ bucket: String, _ settings: S3Settings, _ credentials: CredentialKeeper, _ client: HTTPClient,
        _ ledger: RequestLedger, _ now: @escaping @Sendable () -> Timestamp
    ) -> CredentialKeeper {
        let way = Way(
            bucket: bucket,
            place: [
                settings.endpoint, settings.region, settings.serverSideEncryption, settings.sseKMSKeyID,
                settings.sseKMSContext,
            ], flags: [settings.usesFIPS, settings.usesDualStack, settings.usesBucketKey],
            credentials: ObjectIdentifier(credentials))
        return keepers.withLock { keepers in
            if let known = keepers[way] { return known }
            var settings = settings
            settings.disablesExpressSessions = true
            let connection = S3Connection(
                bucket: bucket, settings: settings, credentials: credentials, client: client, ledger: ledger, now: now)
            let made = CredentialKeeper(
                ExpressSession(connection: connection, credentials: credentials), now: now)
            keepers[way] = made
            return made
        }
    }
}
