// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPTransport
import StorageModel

@testable import BackendS3

/// A random call to a bucket of some kind, as both godwit and botocore are asked where it goes
/// (Tests/Support/Oracles/botocore-endpoints.py).
struct AddressedRequest: Encodable, CustomStringConvertible {
    enum Operation: String, Encodable, CaseIterable {
        case get, copy, session, create, remove, list
    }

    struct Answer: Decodable {
        var refusal: String?
        var url: String
        /// Those that are signed.
        var headers: [String: String]
        var authorization: String?
    }

    var operation: Operation
    var bucket: String
    var key: Data
    /// The bucket to copy from.
    var source: String
    var region: String
    var endpoint: String?
    var usesFIPS = false
    var usesDualStack = false
    var usesARNRegion = true
    var disablesSessions = false
    var accessKeyID, secretAccessKey: String
    var sessionToken: String?
    var seconds: Int64

    var description: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? bucket
    }

    private static let regions = [
        ["us-east-1", "eu-west-1", "ap-northeast-1"], ["cn-north-1", "cn-northwest-1"],
        ["us-gov-west-1", "us-gov-east-1"], ["us-iso-east-1"], ["us-isob-east-1"], ["eu-isoe-west-1"],
        ["us-isof-south-1"], ["eusc-de-east-1"],
    ]
    private static let names = [
        "https://s3.example", "http://s3.example:8080", "https://a.b.example:8443", "http://localhost:1",
    ]
    private static let addresses = ["http://127.0.0.1:9000", "https://[::1]:9000"]

    /// The same seed gives the same request.
    init(seed: UInt64) {
        var random = RequestRandom(seed: seed)
        let partition = Self.regions[random.number(0...Self.regions.count - 1)]
        region = random.one(of: partition)
        let home = random.one(of: partition)
        let label = random.one(of: ["a", "door", "my-door-9"])
        let isDirectory = random.chance(1, of: 2)
        let isOutpost = !isDirectory && random.chance(1, of: 4)
        if isDirectory {
            let zone = random.one(of: [
                "use1-az4", "apne1-az1", "usw2-lax1-az1", "apne1-tpe1-az1", "abcdefghijklmnopqrst",
            ])
            bucket = "\(random.one(of: ["mine", "a--b", "0"]))--\(zone)--\(random.one(of: ["x-s3", "xa-s3"]))"
        } else if isOutpost {
            bucket = "arn:aws:s3-outposts:\(home):123456789012:outpost/op-01ac5d28a6a232904/accesspoint/\(label)"
        } else {
            bucket = "arn:aws:s3:\(home):123456789012:accesspoint/\(label)"
        }
        operation =
            isDirectory
            ? Operation.allCases[random.number(0...Operation.allCases.count - 1)]
            : random.chance(1, of: 2) ? .get : .copy
        key = Data(("k" + random.text(pieces: 0...6)).utf8)
        source = random.one(of: ["plain", bucket, "mine--use1-az4--x-s3"])
        if random.chance(1, of: 3) {
            // Nothing can be looked up before an address, which godwit says; botocore tries. An outpost's scheme botocore
            // makes https, whatever the endpoint's.
            endpoint = isOutpost ? Self.names[0] : random.one(of: Self.names + (isDirectory ? Self.addresses : []))
        } else if !isOutpost, !region.contains("iso"), !region.hasPrefix("eusc-") {
            // Of the others botocore knows no such hosts.
            usesDualStack = random.chance(1, of: 2)
            usesFIPS = !region.hasPrefix("cn-") && random.chance(1, of: 2)
        }
        // A bucket is made and removed without a session, which botocore would begin with what is yet to be made. An access point
        // is no bucket.
        if endpoint != nil || bucket.hasSuffix("--xa-s3"), operation == .create || operation == .remove {
            operation = .get
        }
        usesARNRegion = random.chance(3, of: 4)
        disablesSessions = random.chance(1, of: 4)
        accessKeyID = random.credential(16...24)
        secretAccessKey = random.credential(20...48)
        sessionToken = random.chance(1, of: 3) ? random.credential(1...400) : nil
        seconds = Int64(1_767_323_045 + random.number(0...100_000_000))
    }

    /// What signs it.
    var credentials: Credentials {
        let isDirectory = bucket.hasPrefix("arn:") == false
        guard isDirectory, operation == .get, !disablesSessions else {
            return Credentials(
                accessKeyID: accessKeyID, secretAccessKey: secretAccessKey, sessionToken: sessionToken)
        }
        var session = Credentials(
            accessKeyID: "SESSIONKEY", secretAccessKey: "SESSIONSECRET", sessionToken: "SESSIONTOKEN")
        session.isBucketSession = true
        return session
    }

    /// Where godwit sends it; nil: nowhere.
    func route(_ client: HTTPClient) -> S3Route? {
        var settings = S3Settings(provider: endpoint == nil ? .aws : .other)
        settings.followsAWS = true
        settings.region = region
        settings.endpoint = endpoint
        settings.usesFIPS = usesFIPS
        settings.usesDualStack = usesDualStack
        settings.usesARNRegion = usesARNRegion
        let connection = S3Connection(
            bucket: operation == .list ? "" : bucket, settings: settings, credentials: AnonymousCredentials(),
            client: client, ledger: RequestLedger(), now: { Timestamp(seconds: seconds) })
        let entrance: S3Entrance =
            switch operation {
            case .get: .data
            case .copy, .session: .own
            case .create, .remove, .list: .control
            }
        return try? connection.routes()[entrance]
    }

    /// The path of its URL.
    func path(_ route: S3Route) -> String {
        let prefix = route.address.pathPrefix
        guard operation == .get || operation == .copy else { return prefix.isEmpty ? "/" : prefix }
        return prefix + "/" + PercentEncoding.path(SharedBytes(Array(key)))
    }

    /// What godwit says of the source of a copy.
    var copySource: String? {
        guard operation == .copy else { return nil }
        let client = HTTPClient(HTTPConfiguration())
        defer { client.shutdown() }
        let connection = S3Connection(
            bucket: "any", settings: S3Settings(provider: .aws), credentials: AnonymousCredentials(), client: client,
            ledger: RequestLedger(), now: { Timestamp(seconds: seconds) })
        let entry = Entry(key: ObjectKey(SharedBytes(Array(key))), size: 1)
        return connection.copySourceHeaders(CopySource(container: source, entry: entry)).first?.value
    }
}
