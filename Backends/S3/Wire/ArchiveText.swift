// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

/// How stores say whether an archived object can be read.
enum ArchiveText {
    /// The value of `x-amz-restore`: `ongoing-request="false", expiry-date="Fri, 21 Dec 2012 00:00:00 GMT"`
    /// (https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html#API_HeadObject_ResponseSyntax). Nil: it says
    /// nothing.
    static func state(restore value: String) -> ArchiveState? {
        if value.contains("ongoing-request=\"true\"") { return .restoring }
        guard value.contains("ongoing-request=\"false\"") else { return nil }
        guard let start = value.firstRange(of: "expiry-date=\"")?.upperBound,
            let end = value[start...].firstIndex(of: "\"")
        else { return .restored(until: nil) }
        return .restored(until: HTTPDate.parse(String(value[start..<end])))
    }
}
