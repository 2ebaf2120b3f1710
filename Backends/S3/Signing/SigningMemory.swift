// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import StorageModel
internal import Synchronization

/// What one signer keeps from one signature to the next.
final class SigningMemory: Sendable {
    private struct Kept {
        var secret = ""
        var day = ""
        var scope: SigningScope?
        var second: Int64 = 0
        var time: SigningTime?
        var text: SigningText?
    }

    private let kept = Mutex(Kept())

    /// The scope of `day`, made anew when the day or the secret is another.
    func scope(secret: String, day: String, region: String, service: String) -> SigningScope {
        kept.withLock { kept in
            if let scope = kept.scope, kept.day == day, kept.secret == secret { return scope }
            let scope = SigningScope(secret: secret, day: day, region: region, service: service)
            (kept.secret, kept.day, kept.scope) = (secret, day, scope)
            return scope
        }
    }

    /// `time` as it is written, made anew every second.
    func time(_ time: Timestamp) -> SigningTime {
        kept.withLock { kept in
            if let text = kept.time, kept.second == time.seconds { return text }
            let text = SigningTime(time)
            (kept.second, kept.time) = (time.seconds, text)
            return text
        }
    }

    /// Empty text to write a request in. Give it back with ``put(_:)``.
    func takeText() -> SigningText { kept.withLock { $0.text.take() } ?? SigningText() }

    func put(_ text: SigningText) {
        text.reset()
        kept.withLock { $0.text = text }
    }
}
