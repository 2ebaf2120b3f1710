// Part of godwit. SPDX-License-Identifier: Apache-2.0

@testable import BackendS3

/// Endpoints as people and configuration files write them, and hosts that stores send elsewhere.
enum EndpointTarget: FuzzTarget {
    static let name = "endpoint"
    static let lengthMax = 128

    static let seeds = [
        "https://s3.eu-west-1.amazonaws.com", "http://127.0.0.1:8333/", "HTTP://[::1]:80", "host", "host:443",
        "[fe80::1%25eth0]",
    ]
    static let dictionary = [
        "://", "http", "https", ":", "/", "[", "]", "@", "?", "#", "\\", "%", "65536", "\u{301}", "0x",
    ]

    static func check(_ input: [UInt8]) throws {
        let text = String(decoding: input, as: UTF8.self)
        guard let endpoint = S3Endpoint(text) else { return }
        try require(!endpoint.host.isEmpty, "no host")
        for byte in endpoint.authority.utf8 {
            try require(
                byte > 0x20 && byte < 0x7f && !"/?#@\\".utf8.contains(byte),
                "the authority \(endpoint.authority) ends early")
        }
        let written = "\(endpoint.scheme)://\(endpoint.authority)"
        try require(S3Endpoint(written) == endpoint, "\(text) reads as \(written), which is another")
        _ = endpoint.takesVirtualHosts
    }
}
