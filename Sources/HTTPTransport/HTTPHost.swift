// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Glibc

/// The exchanges with one host: how many are under way, and those that wait for their turn. On the loop's thread.
final class HTTPHost {
    /// The scheme and the host, with its port: what connections are made to.
    let authority: String
    var pace: HostPace
    var active = 0
    var waiting = TransferQueue()

    /// Whether something waits that only refusals may hold back.
    var mayStart: Bool { active < pace.limit && !waiting.isEmpty }

    init(_ authority: String, _ pace: HostPace) {
        self.authority = authority
        self.pace = pace
    }

    /// Whether `request` is to this host, told without making a text of it.
    func isHost(of request: HTTPRequest) -> Bool {
        var url = request.url, authority = authority
        return url.withUTF8 { url in
            authority.withUTF8 { authority in
                guard url.count >= authority.count, let urlBase = url.baseAddress,
                    let base = authority.baseAddress, memcmp(urlBase, base, authority.count) == 0
                else { return false }
                return url.count == authority.count || HTTPRequest.endsAuthority(url[authority.count])
            }
        }
    }
}

extension HTTPRequest {
    /// ``HTTPHost/authority``.
    var authority: String {
        let text = url.utf8
        guard let colon = text.firstIndex(of: UInt8(ascii: ":")) else { return url }
        let start = text[colon...].drop { $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: "/") }
        let end = start.firstIndex(where: Self.endsAuthority) ?? text.endIndex
        return String(url[..<end])
    }

    fileprivate static func endsAuthority(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "/") || byte == UInt8(ascii: "?")
    }
}
