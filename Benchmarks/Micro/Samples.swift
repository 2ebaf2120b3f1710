// Part of godwit. SPDX-License-Identifier: Apache-2.0

import BackendMemory
import StorageModel

/// What is measured on.
enum Samples {
    /// Keys as buckets have them: long common beginnings.
    static func keys(_ count: Int) -> [ObjectKey] {
        (0..<count).map { ObjectKey("logs/2026/11/\(10 + $0 / 500)/host-\(1000 + $0 % 500)/events.json.gz") }.sorted()
    }

    /// A page as S3 sends it.
    static func listingPage(_ count: Int) -> [UInt8] {
        var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        text +=
            "<ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Name>bucket</Name><Prefix></Prefix>"
        text += "<KeyCount>\(count)</KeyCount><MaxKeys>1000</MaxKeys><IsTruncated>false</IsTruncated>"
        for key in keys(count) {
            text += "<Contents><Key>\(key)</Key><LastModified>2026-11-26T12:00:00.000Z</LastModified>"
            text += "<ETag>&quot;d41d8cd98f00b204e9800998ecf8427e&quot;</ETag><Size>4096</Size>"
            text += "<StorageClass>STANDARD</StorageClass></Contents>"
        }
        return Array((text + "</ListBucketResult>").utf8)
    }

    /// Two stores that hold the same.
    static func pair(_ count: Int) async throws -> (MemoryBackend, MemoryBackend) {
        let backends = (MemoryBackend(), MemoryBackend())
        let content = PartBuffer([1, 2, 3])
        for key in keys(count) {
            _ = try await backends.0.write(content, to: key, WriteOptions())
            _ = try await backends.1.write(content, to: key, WriteOptions())
        }
        return backends
    }
}
