// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPTransport
import StorageModel

@testable import BackendS3

/// A random body in chunks, as both godwit and botocore are asked to send it (Tests/Support/Oracles/botocore-chunks.py).
struct ChunkedUpload: Encodable {
    struct Header: Encodable {
        var name, value: String
    }

    /// What goes out.
    struct Answer: Decodable, Equatable {
        var headers: [String: String]
        var body: Data
    }

    var content: Data
    /// One that botocore computes by itself.
    var algorithm: String
    var chunkSize: Int
    var headers: [Header] = []
    var region: String
    /// Since 1970.
    var seconds: Int64

    /// The same seed gives the same upload.
    init(seed: UInt64) {
        var random = RequestRandom(seed: seed)
        chunkSize = random.chance(1, of: 4) ? ChunkedBody.chunkSize : random.number(1...40)
        // Around whole chunks above all.
        let size = max(0, chunkSize * random.number(0...2) + random.number(-1...1))
        content = Data((0..<size).map { UInt8(truncatingIfNeeded: $0 &* Int(seed) >> 3) })
        algorithm = random.one(of: ["crc32", "sha1", "sha256"])
        if random.chance(1, of: 2) { headers.append(Header(name: "content-encoding", value: "gzip")) }
        if random.chance(1, of: 2) { headers.append(Header(name: "x-amz-storage-class", value: "STANDARD_IA")) }
        region = random.one(of: ["us-east-1", "eu-central-1"])
        seconds = random.second()
    }

    /// How godwit sends it.
    func sent(by connection: S3Connection) throws -> Answer {
        var call = S3Call(kind: .put, method: .put, operation: .write, permission: "", key: ObjectKey("key"))
        call.headers = headers.map { HTTPHeader($0.name, $0.value) }
        let body = ChunkedBody(
            PartBuffer(Array(content)), trailer: ChecksumAlgorithm(rawValue: algorithm), chunkSize: chunkSize)
        call.chunks = body
        call = try connection.framed(call, isAnonymous: false)
        let signer = SigV4Signer(region: region)
        call.headers += signer.sign(
            method: .put, host: "s3.example", path: "/bucket/key", query: "", headers: call.headers,
            payloadHash: call.payload,
            credentials: Credentials(accessKeyID: "testkey", secretAccessKey: "testsecret"),
            at: Timestamp(seconds: seconds))
        let bytes = [UInt8](unsafeUninitializedCapacity: Int(body.length) + 1) { room, count in
            if case .bytes(let given) = body.read(into: UnsafeMutableRawBufferPointer(room)) { count = given }
        }
        return Answer(
            headers: Dictionary(uniqueKeysWithValues: call.headers.map { ($0.name, $0.value) }), body: Data(bytes))
    }
}
