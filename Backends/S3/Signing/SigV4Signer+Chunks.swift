// Part of godwit. SPDX-License-Identifier: Apache-2.0

package import HTTPTransport
package import StorageModel

extension SigV4Signer {
    /// Signs the chunks of a request's body.
    ///
    /// - Parameters:
    ///   - headers: What ``sign(method:host:path:query:headers:payloadHash:credentials:at:)`` gave for the request, by the
    ///     same credentials and at the same time.
    package func chunks(
        after headers: [HTTPHeader], credentials: Credentials, at time: Timestamp
    ) -> ChunkSigner {
        let time = memory.time(time)
        let scope = memory.scope(
            secret: credentials.secretAccessKey, day: time.day, region: region, service: service)
        // The signature is the end of the authorization.
        let seed = headers.last { $0.name == "authorization" }?.value.suffix(64) ?? ""
        return ChunkSigner(key: scope.key, time: time.text, scope: scope.text, seed: String(seed))
    }
}
