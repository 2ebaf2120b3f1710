// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// The exchanges with one host: how many are under way, and those that wait for their turn. On the loop's thread.
final class HTTPHost {
    var pace: HostPace
    var active = 0
    var waiting = TransferQueue()

    /// Whether something waits that only refusals may hold back.
    var mayStart: Bool { active < pace.limit && !waiting.isEmpty }

    init(_ pace: HostPace) { self.pace = pace }
}

extension HTTPRequest {
    /// The scheme and the host, with its port: what connections are made to.
    var authority: String {
        let text = url.utf8
        guard let colon = text.firstIndex(of: UInt8(ascii: ":")) else { return url }
        let start = text[colon...].drop { $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: "/") }
        let end = start.firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") } ?? text.endIndex
        return String(url[..<end])
    }
}
