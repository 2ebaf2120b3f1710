// Part of godwit. SPDX-License-Identifier: Apache-2.0

import HTTPTransport
import StorageModel
import StorageTestKit

@testable import BackendS3

extension Feature {
    /// Who gets in, and by which way.
    static let access = [
        Feature("a wrong secret is refused", wrongSecret),
        Feature("temporary credentials of a role (STS)", temporaryCredentials),
        Feature("presigned URLs", presigned),
        Feature("requester pays", requesterPays),
        Feature("https, with its certificate checked", https),
        Feature("the bucket in the path", pathStyle),
        Feature("the bucket in the host's name", hostStyle),
    ]

    private static func wrongSecret(_ scene: FeatureScene) async throws -> FeatureOutcome {
        let wrong = StaticCredentials(Credentials(accessKeyID: "testkey", secretAccessKey: "wrong"))
        do {
            try await scene.backend(signedBy: wrong).put([1], at: scene.key("object"))
        } catch {
            try expect(
                (error.kind == .unauthenticated || error.kind == .permissionDenied) && !error.isTransient,
                "not refused but: \(error)")
            return .proven
        }
        return .ignored
    }

    private static func temporaryCredentials(_ scene: FeatureScene) async throws -> FeatureOutcome {
        await makeRole(scene)
        let tools = CredentialTools(
            environment: [:], client: { scene.client }, localClient: { scene.client })
        let role = RoleCredentials(
            role: "arn:aws:iam::000000000000:role/writer", session: "features", externalID: nil, seconds: nil,
            caller: scene.credentials, region: "us-east-1", endpoint: scene.store.endpoint, tools: tools)
        do {
            _ = try await role.credentials()
        } catch {
            try expect(!error.isTransient, "not refused but: \(error)")
            return .refused(error)
        }
        let backend = scene.backend(signedBy: role)
        try await backend.put([1], at: scene.key("object"))
        try expectEqual(try await backend.get(scene.key("object")), [1], "the object")
        return .proven
    }

    /// Makes the role, where the store asks what a role may do and lets it be made.
    private static func makeRole(_ scene: FeatureScene) async {
        guard let endpoint = S3Endpoint(scene.store.endpoint) else { return }
        func policy(_ rest: String) -> String {
            "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\(rest)}]}"
        }
        let trust = policy("\"Principal\":{\"AWS\":\"*\"},\"Action\":\"sts:AssumeRole\"")
        let permission = policy("\"Action\":\"s3:*\",\"Resource\":\"*\"")
        for fields in [
            [("Action", "CreateRole"), ("AssumeRolePolicyDocument", trust)],
            [("Action", "PutRolePolicy"), ("PolicyName", "all"), ("PolicyDocument", permission)],
        ] {
            let form = (fields + [("RoleName", "writer"), ("Version", "2010-05-08")])
                .map { "\($0)=\(PercentEncoding.query($1))" }.joined(separator: "&")
            let body = Array(form.utf8)
            var headers = [HTTPHeader("content-type", "application/x-www-form-urlencoded; charset=utf-8")]
            headers += SigV4Signer(service: "iam", region: "us-east-1").sign(
                method: .post, host: endpoint.authority, path: "/", query: "", headers: headers,
                payloadHash: PayloadHash.of(body),
                credentials: Credentials(accessKeyID: "testkey", secretAccessKey: "testsecret"), at: SystemClock.now())
            _ = try? await scene.client.send(
                HTTPRequest(.post, scene.store.endpoint + "/", headers: headers, body: .bytes(body)))
        }
    }

    private static func presigned(_ scene: FeatureScene) async throws -> FeatureOutcome {
        let backend = scene.backend(), key = scene.key("a b/é+")
        try await backend.put(Array("presigned".utf8), at: key)
        let url = try await backend.presignedURL(for: key, expires: .seconds(60))
        let response = try await scene.client.send(HTTPRequest(.get, url))
        try expectEqual(response.status, 200, "the status")
        try expectEqual(response.body, Array("presigned".utf8), "the body")
        return .proven
    }

    private static func requesterPays(_ scene: FeatureScene) async throws -> FeatureOutcome {
        let backend = scene.backend { $0.requesterPays = true }
        try await backend.put([1], at: scene.key("object"))
        try expectEqual(try await backend.get(scene.key("object")), [1], "the object")
        try expectEqual(try await scene.entries(backend).count, 1, "what is listed")
        return .proven
    }

    private static func https(_ scene: FeatureScene) async throws -> FeatureOutcome {
        guard scene.store.endpoint.hasPrefix("https://") else { return .untried }
        try expectEqual(try await scene.backend().containerExists(), true, "the bucket is there")
        let client = HTTPClient(HTTPConfiguration())
        defer { client.shutdown() }
        let backend = S3Backend(
            bucket: scene.name(of: .plain), settings: scene.settings(), credentials: scene.credentials, client: client,
            ledger: RequestLedger())
        try await expectError(.invalidConfiguration, during: "a certificate that nobody vouches for") {
            try await backend.containerExists()
        }
        return .proven
    }

    private static func pathStyle(_ scene: FeatureScene) async throws -> FeatureOutcome {
        let backend = scene.backend { $0.forcePathStyle = true }
        let url = try await backend.presignedURL(for: ObjectKey("k"), expires: .seconds(60))
        try expect(url.hasPrefix("\(scene.store.endpoint)/\(scene.name(of: .plain))/k?"), "another address: \(url)")
        try await backend.put([1], at: scene.key("object"))
        try expectEqual(try await scene.entries(backend).count, 1, "what is listed")
        return .proven
    }

    /// Names below `localhost` lead here, by libcurl's own doing.
    private static func hostStyle(_ scene: FeatureScene) async throws -> FeatureOutcome {
        let endpoint = scene.store.endpoint.replacing(#/127\.0\.0\.1|localhost/#, with: "s3.localhost")
        let backend = scene.backend {
            $0.endpoint = endpoint
            $0.forcePathStyle = false
        }
        let host = endpoint.replacing("://", with: "://\(scene.name(of: .plain)).")
        let url = try await backend.presignedURL(for: ObjectKey("k"), expires: .seconds(60))
        try expect(url.hasPrefix("\(host)/k?"), "another address: \(url)")
        try await backend.put([1, 2], at: scene.key("object"))
        try expectEqual(try await backend.get(scene.key("object")), [1, 2], "the object")
        // By the other way.
        try expectEqual(try await scene.backend().get(scene.key("object")), [1, 2], "the object in its bucket")
        try expectEqual(try await scene.entries(backend).map(\.size), [2], "what is listed")
        return .proven
    }
}
