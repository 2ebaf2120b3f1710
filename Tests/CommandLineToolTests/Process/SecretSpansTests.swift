// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Testing

@testable import CommandLineTool

@Suite struct SecretSpansTests {
    @Test(
        arguments: [
            (
                ":s3,access_key_id=AK,secret_access_key=SK,region=r:b/p",
                ":s3,access_key_id=***,secret_access_key=***,region=r:b/p"
            ),
            (":s3,secret_access_key=\"S,K:=\"\"x\",region=r:b", ":s3,secret_access_key=***,region=r:b"),
            (":s3,endpoint=\"http://h:1\",session_token=T:b", ":s3,endpoint=\"http://h:1\",session_token=***:b"),
            ("secret_access_key=K", "secret_access_key=***"),
            ("--secret-access-key=K", "--secret-access-key=***"),
            ("remote:bucket/secret/a=b", "remote:bucket/secret/a=b"),
            ("/plain/path", "/plain/path"),
        ])
    func redacted(_ location: String, _ shown: String) {
        #expect(Redaction.location(location) == shown)
    }

    @Test("The value of a secret option is a secret as a whole")
    func nextArgument() {
        let value = Array("abc".utf8)
        #expect(SecretSpans.spans(in: value, after: Array("--secret-access-key".utf8)) == [0..<3])
        #expect(SecretSpans.spans(in: value, after: Array("--region".utf8)) == [])
    }
}
