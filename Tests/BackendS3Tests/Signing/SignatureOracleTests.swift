// Part of godwit. SPDX-License-Identifier: Apache-2.0

import BackendS3
import Testing

/// Random requests get from godwit the signature that they get from botocore.
///
/// Left out is where botocore does otherwise by intent: it takes `Date` in the place of `x-amz-date`, signs neither
/// `user-agent` nor `expect`, and counts Unicode's spaces as white space, which
/// https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html does not; it refuses such values unsigned.
@Suite struct SignatureOracleTests {
    @Test(.enabled(if: BotocoreOracle.isThere)) func signsAsBotocoreDoes() async throws {
        let requests = BotocoreOracle.seeds.map { SignedRequest(seed: $0) }
        let answers = try await BotocoreOracle.ask(
            "botocore-signatures.py", requests, for: SignedRequest.Answer.self)
        #expect(answers.count == requests.count)
        // One signer for many, as connections have: what it keeps of one request must not get into the next.
        var signers: [String: SigV4Signer] = [:]
        for (seed, (request, expected)) in zip(BotocoreOracle.seeds, zip(requests, answers)) {
            let place = request.service + " " + request.region
            let signer = signers[place] ?? SigV4Signer(service: request.service, region: request.region)
            signers[place] = signer
            let found = try request.signed(by: signer)
            #expect(found == expected, "seed \(seed): \(request)")
        }
    }
}
