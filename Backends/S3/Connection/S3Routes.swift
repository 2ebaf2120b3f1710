// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// The routes of one bucket, by entrance.
struct S3Routes: Sendable {
    private let data: S3Route
    private let own: S3Route
    private let control: S3Route

    subscript(entrance: S3Entrance) -> S3Route {
        switch entrance {
        case .data: data
        case .own: own
        case .control: control
        }
    }

    /// - Parameter endpoint: As it is in `region`.
    init(
        to bucket: String, _ form: BucketForm, at endpoint: S3Endpoint, region: String, forcesPathStyle: Bool
    ) {
        data = S3Route(
            region: region,
            address: S3Address(endpoint, bucket, form, region: region, forcesPathStyle: forcesPathStyle),
            signer: SigV4Signer(service: form.service, region: region))
        switch form {
        case .general, .accessPoint: (own, control) = (data, data)
        case .account, .directory:
            // A signer keeps what it made of the last secret, and a session's is another.
            let signer = SigV4Signer(service: DirectoryBucket.service, region: region)
            own = S3Route(region: region, address: data.address, signer: signer)
            control = S3Route(
                region: region, address: S3Address(managing: bucket, form, at: endpoint, region: region), signer: signer
            )
        }
    }
}
