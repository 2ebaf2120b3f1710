// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPTransport
import StorageModel

@testable import BackendS3

/// A random request, as both godwit and botocore are asked to sign it (Tests/Support/Oracles/botocore-signatures.py).
struct SignedRequest: Encodable, CustomStringConvertible {
    struct Header: Encodable {
        var name, value: String
    }

    struct Field: Encodable {
        var name: String
        var value: Data
    }

    /// What signing gives.
    struct Answer: Decodable, Equatable {
        var host, path: String
        var headers: [String: String]
        /// Sorted fields.
        var query: [String]
    }

    var method, endpoint, bucket: String
    var isVirtual: Bool
    /// Nil: the bucket itself.
    var key: Data?
    var query: [Field] = []
    var headers: [Header] = []
    /// Nil: the body is not signed.
    var body: Data?
    var accessKeyID, secretAccessKey: String
    var sessionToken: String?
    var region, service: String
    /// Since 1970.
    var seconds: Int64
    /// How long a URL holds; nil: the signature goes in headers.
    var expiresAfter: Int?

    var description: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? "\(method) \(endpoint)"
    }

    /// The same seed gives the same request.
    init(seed: UInt64) {
        var random = RequestRandom(seed: seed)
        expiresAfter = random.chance(1, of: 4) ? random.number(1...604_800) : nil
        method = random.one(of: ["GET", "HEAD", "PUT", "POST", "DELETE"])
        endpoint = random.one(of: RequestRandom.endpoints)
        bucket = random.one(of: ["bucket", "a-b-c", "123", "with.dot", "xyz0"])
        // Names that a host takes at endpoints that are no addresses.
        isVirtual =
            random.chance(1, of: 2) && !bucket.contains(".") && endpoint.lowercased().contains("example")
        key = random.chance(7, of: 8) ? Data(random.bytes(pieces: 1...8)) : nil
        // botocore takes the query of a URL that it signs apart and together again: a name once, values of UTF-8.
        let isURL = expiresAfter != nil
        for _ in 0..<random.number(0...5) {
            let name = random.one(of: RequestRandom.queryNames + [random.text(pieces: 1...3)])
            if isURL, query.contains(where: { $0.name == name }) { continue }
            let value = isURL ? Array(random.text(pieces: 0...4).utf8) : random.bytes(pieces: 0...4)
            query.append(Field(name: name, value: Data(value)))
        }
        for _ in 0..<random.number(0...6) {
            let name = random.one(of: RequestRandom.headerNames)
            headers.append(Header(name: name, value: random.headerValue()))
        }
        // botocore moves the body of a request that it turns into a URL into the query.
        body = isURL || random.chance(1, of: 3) ? nil : Data(random.bytes(pieces: 0...5))
        accessKeyID = random.credential(16...24)
        secretAccessKey = random.credential(20...48) + random.one(of: ["", "+/", "=="])
        sessionToken = random.chance(1, of: 3) ? random.credential(1...400) + random.one(of: ["", "==", "+/a"]) : nil
        region = random.one(of: ["us-east-1", "eu-central-1", "cn-north-1", "us-gov-west-1", "auto", "default", "x"])
        service = random.one(of: ["s3", "s3", "s3", "sts", "s3express", "s3-object-lambda"])
        seconds = random.chance(1, of: 2) ? random.second() : Int64(1_767_323_045 + random.number(0...100_000_000))
    }

    /// How godwit signs it.
    func signed(by signer: SigV4Signer) throws -> Answer {
        guard let method = HTTPMethod(rawValue: method), let endpoint = S3Endpoint(endpoint) else {
            throw URLError(.badURL)
        }
        let address = S3Address(endpoint, bucket: bucket, forcesPathStyle: !isVirtual)
        var path = address.pathPrefix
        if let key { path += "/" + PercentEncoding.path(SharedBytes(Array(key))) }
        if path.isEmpty { path = "/" }
        var fields = CanonicalQuery()
        for field in query { fields.add(field.name, SharedBytes(Array(field.value))) }
        let headers = headers.map { HTTPHeader($0.name, $0.value) }
        let credentials = Credentials(
            accessKeyID: accessKeyID, secretAccessKey: secretAccessKey, sessionToken: sessionToken)
        var answer = Answer(host: address.authority, path: path, headers: [:], query: [])
        var text = fields.text
        if let expiresAfter {
            text = signer.presign(
                method: method, host: address.authority, path: path, query: text, headers: headers,
                expiresAfter: expiresAfter, credentials: credentials, at: Timestamp(seconds: seconds))
        } else {
            let added = signer.sign(
                method: method, host: address.authority, path: path, query: text, headers: headers,
                payloadHash: body.map { PayloadHash.of(Array($0)) } ?? PayloadHash.unsigned,
                credentials: credentials, at: Timestamp(seconds: seconds))
            answer.headers = Dictionary(uniqueKeysWithValues: added.map { ($0.name, $0.value) })
        }
        answer.query = text.split(separator: "&").map(String.init).sorted()
        return answer
    }
}
