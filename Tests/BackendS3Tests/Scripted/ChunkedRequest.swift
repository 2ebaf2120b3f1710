// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Digests
import StorageModel

/// A request whose body is in the framing of `aws-chunked`, taken apart and verified as a store does it, without anything
/// of what made it.
struct ChunkedRequest {
    let request: ScriptedServer.Request
    private(set) var chunks: [[UInt8]] = []
    /// One for each chunk, that of the empty last one too; empty: none is signed.
    private(set) var signatures: [String] = []
    /// What follows the last chunk, but for its signature.
    private(set) var trailer: [String] = []
    private(set) var trailerSignature: String?

    var content: [UInt8] { chunks.flatMap(\.self) }
    var seed: String { String(request.headers["authorization"]?.suffix(64) ?? "") }

    /// Nil: the body is not in that framing from its first byte to its last.
    init?(_ request: ScriptedServer.Request) {
        self.request = request
        var rest = request.body[...]
        repeat {
            guard let head = Self.line(&rest) else { return nil }
            let pieces = head.split(separator: ";", omittingEmptySubsequences: false)
            guard let size = Int(pieces[0], radix: 16), size <= rest.count else { return nil }
            if pieces.count == 2, pieces[1].hasPrefix("chunk-signature=") {
                signatures.append(String(pieces[1].dropFirst(16)))
            } else if pieces.count > 1 {
                return nil
            }
            chunks.append(Array(rest.prefix(size)))
            rest = rest.dropFirst(size)
            if size > 0, Self.line(&rest) != "" { return nil }
        } while chunks.last?.isEmpty == false
        while true {
            guard let field = Self.line(&rest) else { return nil }
            if field.isEmpty { break }
            if field.hasPrefix("x-amz-trailer-signature:") {
                trailerSignature = String(field.dropFirst(24))
            } else {
                trailer.append(field)
            }
        }
        guard rest.isEmpty, signatures.isEmpty || signatures.count == chunks.count else { return nil }
    }

    /// Takes the text before the next line end.
    private static func line(_ rest: inout ArraySlice<UInt8>) -> String? {
        guard let end = rest.firstRange(of: [13, 10]) else { return nil }
        defer { rest = rest[end.upperBound...] }
        return String(decoding: rest[..<end.lowerBound], as: UTF8.self)
    }

    /// Whether the headers, every chunk and the trailer are signed by `secret`.
    func isSigned(by secret: String) -> Bool {
        let headers = request.headers
        guard let authorization = headers["authorization"], let date = headers["x-amz-date"],
            let credential = Self.value("Credential=", in: authorization),
            let names = Self.value("SignedHeaders=", in: authorization)
        else { return false }
        let scope = credential.split(separator: "/").dropFirst()
        var key = Array("AWS4\(secret)".utf8)
        for part in scope { key = HMAC.sha256(key: key, Array(part.utf8)) }
        let place = "\(date)\n\(scope.joined(separator: "/"))\n"
        func signature(_ text: String) -> String { Hexadecimal.encode(HMAC.sha256(key: key, Array(text.utf8))) }
        func digest(_ bytes: [UInt8]) -> String { Hexadecimal.encode(Digest.of(bytes, .sha256)) }

        let target = request.target.split(separator: "?", maxSplits: 1)
        var canonical = "\(request.method)\n\(target[0])\n\(target.count > 1 ? target[1] : "")\n"
        for name in names.split(separator: ";") { canonical += "\(name):\(headers[String(name)] ?? "")\n" }
        canonical += "\n\(names)\n\(headers["x-amz-content-sha256"] ?? "")"
        guard signature("AWS4-HMAC-SHA256\n\(place)\(digest(Array(canonical.utf8)))") == seed else { return false }

        var last = seed
        for (chunk, given) in zip(chunks, signatures) {
            last = signature("AWS4-HMAC-SHA256-PAYLOAD\n\(place)\(last)\n\(digest([]))\n\(digest(chunk))")
            if given != last { return false }
        }
        guard !trailer.isEmpty else { return trailerSignature == nil && !signatures.isEmpty }
        let fields = trailer.map { $0 + "\n" }.joined()
        return trailerSignature == signature("AWS4-HMAC-SHA256-TRAILER\n\(place)\(last)\n\(digest(Array(fields.utf8)))")
    }

    private static func value(_ name: String, in authorization: String) -> String? {
        authorization.firstRange(of: name).map {
            String(authorization[$0.upperBound...].prefix { $0 != "," })
        }
    }
}
