// Part of godwit. SPDX-License-Identifier: Apache-2.0

import HTTPTransport

/// How sending `request` fails; nil: it does not.
func outcome(_ client: HTTPClient, _ request: HTTPRequest) async -> HTTPError? {
    do {
        _ = try await client.send(request)
        return nil
    } catch { return error }
}

/// Whether `condition` comes true in time.
func reached(_ seconds: Int = 10, _ condition: () -> Bool) async throws -> Bool {
    for _ in 0..<seconds * 100 {
        if condition() { return true }
        try await Task.sleep(for: .milliseconds(10))
    }
    return condition()
}
