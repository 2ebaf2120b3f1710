// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

/// Two parts and a half of what the store allows.
struct UploadLayout {
    var partSize: Int
    var content: [UInt8]
    var parts: [(number: Int, offset: Int64, bytes: [UInt8])]

    init(_ capabilities: Capabilities) {
        partSize = Int(max(capabilities.multipart?.partMin ?? 1, 65_536))
        var random = SeededRandom(seed: 31)
        content = random.bytes(1 << 16)
        while content.count < partSize * 2 + partSize / 2 { content += content.prefix(1 << 20) }
        content.removeLast(content.count - (partSize * 2 + partSize / 2))
        parts = []
        for (index, start) in stride(from: 0, to: content.count, by: partSize).enumerated() {
            let bytes = Array(content[start..<min(start + partSize, content.count)])
            parts.append((index + 1, Int64(start), bytes))
        }
    }
}
