// Part of godwit. SPDX-License-Identifier: Apache-2.0

import HTTPTransport
import StorageModel

extension S3Connection {
    /// The error that `failure` is to the caller of `call`.
    func error(_ failure: S3Failure, _ call: S3Call, key: ObjectKey? = nil) -> StorageError {
        var call = call
        if let permission = directoryPermission(for: call) { call.permission = permission }
        let meaning = failure.meaning(for: call)
        let message = failure.message.isEmpty ? "the store answered HTTP \(failure.status)" : failure.message
        return StorageError(
            meaning.kind, during: call.operation, at: location, key: key ?? call.key, message: message,
            advice: failure.advice(for: call, policy) ?? meaning.advice,
            disposition: meaning.isTransient ? .transient(retryAfter: failure.retryAfter) : .permanent,
            service: .init(
                status: failure.status, code: failure.code, requestID: failure.requestID, refusal: failure.refusal))
    }

    /// The permission that `call` needs of a directory bucket, where there are but few
    /// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-express-security-iam.html); nil: what the call says.
    private func directoryPermission(for call: S3Call) -> String? {
        guard case .directory = form else { return nil }
        switch call.operation {
        case .createContainer: return "s3express:CreateBucket"
        case .deleteContainer: return "s3express:DeleteBucket"
        case .copy: return "s3express:CreateSession here for ReadWrite, and leave to read the source"
        case .write, .upload, .delete, .restore: return "s3express:CreateSession for ReadWrite"
        case .list, .stat, .read, .connect, .validate: return "s3express:CreateSession"
        }
    }

    /// The root of the document that answers `call`, by one of its names. A store begins some answers with 200 before it knows the outcome,
    /// so the document may still be an error.
    func result(_ response: HTTPResponse, _ names: String..., of call: S3Call) throws(StorageError) -> ReplyElement {
        guard let root = ReplyElement(parsing: response.body) else {
            throw malformed("an answer that is not whole XML", response, call)
        }
        if names.contains(root.name) { return root }
        if let document = ErrorDocument(parsing: response.body) {
            throw error(S3Failure(response, document, now: now), call)
        }
        throw malformed("<\(TerminalText.escaped(root.name))> where <\(names[0])> belongs", response, call)
    }

    /// What may be behind an answer that cannot be understood, each time it is asked for.
    static let malformedAdvice =
        "a proxy may have cut or changed it, or what answers is no S3 store: check the endpoint"

    /// The store sent something that cannot be understood. Where the call may have taken effect, only a look at the
    /// object can tell.
    func malformed(_ what: String, _ response: HTTPResponse, _ call: S3Call) -> StorageError {
        StorageError(
            call.isAmbiguousWhenLost ? .outcomeUnknown : .unexpected, during: call.operation, at: location,
            key: call.key, message: "the store sent \(what)",
            advice: call.isAmbiguousWhenLost
                ? "a look at the object tells whether it was written" : Self.malformedAdvice,
            disposition: call.isAmbiguousWhenLost ? .permanent : .transient(retryAfter: nil),
            service: .init(
                status: response.status, code: "", requestID: response.headers["x-amz-request-id"] ?? ""))
    }

    /// The error that a broken exchange is to the caller of `call`.
    func storageError(_ error: HTTPError, _ call: S3Call, host: String) -> StorageError {
        func make(
            _ kind: StorageError.Kind, isTransient: Bool = false, advice: String? = nil
        ) -> StorageError {
            StorageError(
                kind, during: call.operation, at: location, key: call.key, message: error.message, advice: advice,
                disposition: isTransient ? .transient(retryAfter: nil) : .permanent)
        }
        switch error.kind {
        case .invalidURL: return make(.invalidConfiguration, advice: "check the endpoint \(host)")
        case .hostNotFound:
            return make(.invalidConfiguration, advice: "check that \(host) is right: --endpoint-url, --region, bucket")
        case .connectFailed:
            return make(
                .connectionLost, isTransient: true, advice: "check that a store listens at \(host) (--endpoint-url)")
        case .tls:
            return make(
                .invalidConfiguration,
                advice: "check the certificate of \(host); a private authority needs ca_bundle or AWS_CA_BUNDLE, a "
                    + "store without TLS an endpoint that begins with http://")
        case .cancelled, .closed: return make(.cancelled)
        case .bodyTooLong where call.kind == .get:
            return make(.preconditionFailed, advice: "the object grew while it was read")
        case .bodyTooLong: return make(.unexpected)
        case .timedOut, .connectionLost, .truncated, .bodyFailed, .unexpected:
            if call.isAmbiguousWhenLost, error.requestWasSent {
                return make(.outcomeUnknown, advice: "a look at the object tells whether it was written")
            }
            if error.kind == .bodyFailed || error.kind == .unexpected { return make(.unexpected, isTransient: true) }
            return make(error.kind == .timedOut ? .timedOut : .connectionLost, isTransient: true)
        }
    }

    /// Refuses what no bucket takes as a key, before anything is sent
    /// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html).
    func validate(_ key: ObjectKey, during operation: StorageError.Operation) throws(StorageError) {
        if policy.isReadOnly, [.write, .upload, .copy, .delete].contains(operation) {
            throw StorageError(
                .unsupported, during: operation, at: location, key: key,
                message: "what was at an earlier time, or is one version, cannot be changed",
                advice: "name the object without its version, or take version_at away")
        }
        let problem: String
        if key.isRoot {
            problem = "an object must have a name"
        } else if key.bytes.count > 1024 {
            problem = "a key of \(key.bytes.count) bytes is longer than 1024"
        } else if !key.isUTF8 {
            problem = "the key is not UTF-8"
        } else if policy.provider.refusesClimbingKeys, Self.climbsOut(key) {
            problem = "the key's `..` lead out of the bucket"
        } else {
            return
        }
        throw StorageError(.invalidKey, during: operation, at: location, key: key, message: problem)
    }

    /// Whether, read from left to right, `..` ever outnumber the other components.
    private static func climbsOut(_ key: ObjectKey) -> Bool {
        key.bytes.withUnsafeBytes { bytes in
            let (dot, slash) = (UInt8(ascii: "."), UInt8(ascii: "/"))
            var (depth, start) = (0, 0)
            for index in 0...bytes.count where index == bytes.count || bytes[index] == slash {
                let length = index - start
                if length == 2, bytes[start] == dot, bytes[start + 1] == dot {
                    depth -= 1
                    if depth < 0 { return true }
                } else if length > 1 || length == 1 && bytes[start] != dot {
                    depth += 1
                }
                start = index + 1
            }
            return false
        }
    }
}
