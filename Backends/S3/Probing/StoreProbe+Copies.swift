// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

/// What the store copies by itself.
extension StoreProbe {
    /// Whether a copy has its source's bytes and metadata.
    func copiesServerSide() async throws(StorageError) -> Bool? {
        let backend = backend { $0.provider.copiesServerSide = true }
        let options = WriteOptions(
            metadata: ObjectMetadata(contentType: "text/x-a", user: [.init(name: "colour", value: "blue")]))
        try await put(Self.content, at: key("copy+%41"), options)
        let source = try await stat(key("copy+%41"))
        return try await succeeds { () async throws(StorageError) in
            try await copy(source, to: key("copy here"), by: backend)
            let copied = try await stat(key("copy here"))
            return try await bytes(of: key("copy here")) == Self.content
                && copied.metadata?.user == source.metadata?.user
                && copied.metadata?.contentType == source.metadata?.contentType
        }
    }

    /// Whether what is at the target keeps a copy from replacing it, where the request says so.
    func copiesHonourConditions() async throws(StorageError) -> Bool? {
        guard provider.copiesServerSide else { return nil }
        let backend = backend {
            $0.provider.copiesHonourConditions = true
            $0.provider.conditions.insert(.writeIfAbsent)
        }
        let source = try await stat(key("object")), target = key("kept")
        return try await succeeds { () async throws(StorageError) in
            let options = WriteOptions(precondition: .absent)
            try await copy(source, to: target, options, by: backend)
            try await put(Self.otherContent, at: target)
            let isRefused = try await fails { () async throws(StorageError) in
                try await copy(source, to: target, options, by: backend)
            }
            return try await bytes(of: target) == Self.otherContent && isRefused
        }
    }

    func copiesParts() async throws(StorageError) -> Bool? {
        try await copiesPart(of: key("object"), to: key("part copied"))
    }

    func copiesPartsOfEscapedKeys() async throws(StorageError) -> Bool? {
        guard provider.copiesParts else { return nil }
        try await put(Self.content, at: key("a%41+b"))
        return try await copiesPart(of: key("a%41+b"), to: key("escaped part copied"))
    }

    private func copiesPart(of source: ObjectKey, to target: ObjectKey) async throws(StorageError) -> Bool {
        let backend = backend {
            $0.provider.copiesServerSide = true
            $0.provider.copiesParts = true
            $0.provider.copiesPartsOfEscapedKeys = true
        }
        let entry = try await stat(source)
        return try await succeeds { () async throws(StorageError) in
            try await upload(Self.content, to: target, by: backend) { (session) async throws(StorageError) in
                try await session.copy(1, from: backend.copySource(entry), range: 0..<entry.size)
            }
            return try await bytes(of: target) == Self.content
        }
    }
}
