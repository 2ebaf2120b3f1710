// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

/// What objects keep beside their bytes.
extension StoreProbe {
    private static let tags: [ObjectMetadata.UserField] = [
        .init(name: "k", value: "v w"), .init(name: "z", value: "1+=/@"),
    ]
    private static let otherTags: [ObjectMetadata.UserField] = [.init(name: "other", value: "2")]
    /// Whoever the store writes its own logs as: a group that makes nothing public.
    private static let logWriters = AccessList.Grant(.group("http://acs.amazonaws.com/groups/s3/LogDelivery"), "READ")
    /// The classes that are tried: not those whose objects must be restored, which cannot be read back.
    private static let classes = [
        "REDUCED_REDUNDANCY", "STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING", "GLACIER_IR",
    ]

    private static var tagged: WriteOptions {
        var options = WriteOptions()
        options.metadata.tags = tags
        return options
    }

    private func tags(of key: ObjectKey) async throws(StorageError) -> [ObjectMetadata.UserField] {
        try await backend().attributes(of: try await stat(key), .tags).tags
    }

    /// Tags, and access lists where the bucket keeps any; of the others the provider's word stands.
    func attributes() async throws(StorageError) -> Attributes? {
        let keepsTags = try await succeeds { () async throws(StorageError) in
            try await put(Self.content, at: key("tagged"), Self.tagged)
            return try await tags(of: key("tagged")) == Self.tags
        }
        var found = provider.attributes
        if keepsTags { found.insert(.tags) } else { found.remove(.tags) }
        let asking = backend { $0.provider.attributes.insert(.access) }
        guard try await asking.keptAttributes(of: .access).contains(.access) else { return found }
        let keepsAccess = try await succeeds { () async throws(StorageError) in
            var options = WriteOptions()
            options.metadata.access = AccessList(grants: [Self.logWriters])
            let written = try await put(Self.content, at: key("shared"), options, by: asking)
            let access = try await asking.attributes(of: written, .access).access
            return access?.grants.contains(Self.logWriters) ?? false
        }
        if keepsAccess { found.insert(.access) } else { found.remove(.access) }
        return found
    }

    func countsTags() async throws(StorageError) -> Bool? {
        guard provider.attributes.contains(.tags) else { return nil }
        try await put(Self.content, at: key("counted"), Self.tagged)
        return try await stat(key("counted")).metadata?.tagCount == Self.tags.count
    }

    func tagsUploads() async throws(StorageError) -> Bool? {
        guard provider.attributes.contains(.tags) else { return nil }
        let backend = backend { $0.provider.tagsUploads = true }
        return try await succeeds { () async throws(StorageError) in
            try await upload(Self.content, to: key("tagged in parts"), Self.tagged, by: backend)
            return try await tags(of: key("tagged in parts")) == Self.tags
        }
    }

    /// The classes of those tried that objects keep, and those of the provider that are not tried.
    func storageClasses() async throws(StorageError) -> Set<String>? {
        let backend = backend { $0.provider.storageClasses.formUnion(Self.classes) }
        var found = provider.storageClasses.subtracting(Self.classes)
        for name in Self.classes {
            let isKept = try await succeeds { () async throws(StorageError) in
                try await put(Self.content, at: key("class"), WriteOptions(storageClass: name), by: backend)
                return try await stat(key("class")).storageClass == name
            }
            if isKept { found.insert(name) }
        }
        return found
    }

    /// Whether copies have the tags that their requests ask for, beside their source's metadata and beside other.
    func copiesTags() async throws(StorageError) -> Bool? {
        guard provider.attributes.contains(.tags), provider.copiesServerSide else { return nil }
        let backend = backend { $0.provider.copiesTags = true }
        try await put(Self.content, at: key("tagged source"), Self.tagged)
        let source = try await stat(key("tagged source"))
        return try await succeeds { () async throws(StorageError) in
            for replacesMetadata in [false, true] {
                for wanted in [nil, Self.otherTags, []] {
                    var options = WriteOptions(replacesMetadata: replacesMetadata)
                    options.replacesTags = wanted != nil
                    options.metadata.tags = wanted ?? []
                    try await copy(source, to: key("tagged copy"), options, by: backend)
                    guard try await tags(of: key("tagged copy")) == wanted ?? Self.tags else { return false }
                }
            }
            return true
        }
    }

    /// Whether an object that a key of the customer's encrypts can be read with that key only.
    func takesCustomerKeys() async throws(StorageError) -> Bool? {
        let backend = backend {
            $0.provider.takesCustomerKeys = true
            $0.serverSideEncryption = nil
            $0.customerKey = CustomerKey((0..<32).map { _ in UInt8.random(in: 0...255) })
        }
        // A key is not sent to everyone.
        guard backend.connection.settingsRefusal == nil else { return nil }
        return try await succeeds { () async throws(StorageError) in
            try await put(Self.content, at: key("own key"), by: backend)
            guard try await bytes(of: key("own key"), by: backend) == Self.content else { return false }
            do throws(StorageError) {
                _ = try await bytes(of: key("own key"))
                return false
            } catch {
                guard Self.isAnswer(error) || error.kind == .permissionDenied else { throw error }
                return true
            }
        }
    }
}
