// Part of godwit. SPDX-License-Identifier: Apache-2.0

package import StorageModel

/// Rates as people write them: `RATE`, or `UP:DOWN`; each a size that may go in a second, or `off` (also 0) for no limit.
package enum RateText {
    /// The rates that `text` means.
    package static func rates(_ text: String) throws(StorageError) -> RatePair {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        do throws(StorageError) {
            if parts.count <= 2 {
                return RatePair(up: try rate(parts[0]), down: try rate(parts[parts.count - 1]))
            }
        } catch {
            // It is told as a rate, which may have two parts.
        }
        throw StorageError(
            .invalidConfiguration, during: .validate, message: "\"\(text)\" is no rate",
            advice: "write bytes a second, such as 512K or 10M, UP:DOWN, or off")
    }

    private static func rate(_ text: String) throws(StorageError) -> Int64? {
        let bytes = try SizeText.limit(text)
        return bytes == 0 ? nil : bytes
    }
}
