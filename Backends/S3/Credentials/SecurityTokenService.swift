// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import HTTPTransport
internal import StorageModel

/// AWS STS, which gives temporary credentials for a role (https://docs.aws.amazon.com/STS/latest/APIReference/welcome.html).
struct SecurityTokenService: Sendable {
    private let tools: CredentialTools
    private let region: String
    private let endpoint: S3Endpoint?
    private let address: String

    /// The service at `endpoint`, or that of `region`; without either, the one of all regions.
    init(_ tools: CredentialTools, region: String?, endpoint: String?) {
        self.tools = tools
        self.region = region ?? "us-east-1"
        address = endpoint ?? S3Endpoint.service("sts", region: region)
        self.endpoint = S3Endpoint(address)
    }

    /// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
    func assumeRole(_ request: RoleRequest, by caller: Credentials) async throws(StorageError) -> Credentials {
        var fields = [("RoleArn", request.role), ("RoleSessionName", request.sessionName(tools))]
        if let seconds = request.seconds { fields.append(("DurationSeconds", String(seconds))) }
        if let externalID = request.externalID { fields.append(("ExternalId", externalID)) }
        if let device = request.device {
            guard let code = await tools.askForCode(device) else {
                throw StorageError(
                    .unauthenticated, during: .connect, at: request.role,
                    message: "the role asks for a code of the device \(device), and nobody can be asked for it",
                    advice: "run godwit at a terminal, or give it the keys of a session that has the code")
            }
            fields += [("SerialNumber", device), ("TokenCode", code)]
        }
        return try await credentials("AssumeRole", fields, caller)
    }

    /// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
    func assumeRole(_ request: RoleRequest, webIdentity token: String) async throws(StorageError) -> Credentials {
        var fields = [
            ("RoleArn", request.role), ("RoleSessionName", request.sessionName(tools)), ("WebIdentityToken", token),
        ]
        if let seconds = request.seconds { fields.append(("DurationSeconds", String(seconds))) }
        return try await credentials("AssumeRoleWithWebIdentity", fields, nil)
    }

    private func credentials(
        _ action: String, _ fields: [(String, String)], _ caller: Credentials?
    ) async throws(StorageError) -> Credentials {
        guard let endpoint else {
            throw StorageError(
                .invalidConfiguration, during: .connect, at: address, message: "the endpoint of STS is not a URL",
                advice: "check AWS_ENDPOINT_URL_STS and endpoint_url")
        }
        let form = ([("Action", action), ("Version", "2011-06-15")] + fields)
            .map { "\($0)=\(PercentEncoding.query($1))" }.joined(separator: "&")
        let body = Array(form.utf8)
        var headers = [HTTPHeader("content-type", "application/x-www-form-urlencoded; charset=utf-8")]
        if let caller {
            headers += SigV4Signer(service: "sts", region: region).sign(
                method: .post, host: endpoint.authority, path: "/", query: "", headers: headers,
                payloadHash: PayloadHash.of(body), credentials: caller, at: tools.now())
        }
        let request = HTTPRequest(
            .post, "\(endpoint.scheme)://\(endpoint.authority)/", headers: headers, body: .bytes(body),
            timeout: .seconds(60))
        let response = try await tools.send(request, by: tools.client(), to: "STS")
        guard response.status == 200, let root = ReplyElement(parsing: response.body),
            let found = root["\(action)Result"]?["Credentials"],
            let id = found["AccessKeyId"]?.text, let secret = found["SecretAccessKey"]?.text
        else { throw refusal(response, action) }
        return Credentials(
            accessKeyID: id, secretAccessKey: secret, sessionToken: found["SessionToken"]?.text,
            expiration: found["Expiration"].flatMap { Timestamp(rfc3339: $0.bytes) })
    }

    private func refusal(_ response: HTTPResponse, _ action: String) -> StorageError {
        let document = ErrorDocument(parsing: response.body) ?? ErrorDocument()
        let isTransient =
            response.status >= 500 || response.status == 429
            || ["IDPCommunicationError", "Throttling", "RequestTimeout"].contains(document.code)
        return StorageError(
            document.code == "AccessDenied" ? .permissionDenied : .unauthenticated, during: .connect, at: address,
            message: document.message.isEmpty ? "STS answered HTTP \(response.status) to \(action)" : document.message,
            advice: document.code == "AccessDenied"
                ? "the role's trust policy must name who assumes it, and who does must be allowed sts:\(action)"
                : document.code == "ExpiredTokenException" || document.code == "ExpiredToken"
                    ? "the credentials or the token that the role is assumed with have ceased to hold; get new ones"
                    : nil,
            disposition: isTransient ? .transient(retryAfter: nil) : .permanent,
            service: .init(status: response.status, code: document.code, requestID: document.requestID))
    }
}

/// Which role is to be assumed, and how.
struct RoleRequest: Sendable {
    /// The role's ARN.
    var role: String
    /// 2 to 64 characters; nil: made from the time.
    var session: String?
    var externalID: String?
    /// The serial number or ARN of a device for multi-factor authentication.
    var device: String?
    /// 900 to 43,200; nil: what the role says.
    var seconds: Int?

    func sessionName(_ tools: CredentialTools) -> String { session ?? "godwit-\(tools.now().seconds)" }
}
