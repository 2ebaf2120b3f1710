// Part of godwit. SPDX-License-Identifier: Apache-2.0

import BackendLocal
import BackendMemory
import StorageModel
import StorageTestKit

extension Subject {
    /// Stores that need no server.
    static let here: [Subject] = [
        memory("memory", MemoryOptions()),
        memory("memory like S3", bucketOptions),
        memory("memory by path components", componentOptions),
        memory("memory without order", unorderedOptions),
        memory("memory that ignores conditions and copies nothing", poorOptions),
        memory("memory behind a counter", MemoryOptions()) { FaultyBackend($0) },
        local("local", .files, LocalOptions()),
        local(
            "local with escaped keys", KeyTolerance.all.subtracting([.longComponents, .objectBesideDirectory]),
            escapingOptions),
        local("local without openat2", .files, olderOptions),
    ]

    private static let bucketOptions: MemoryOptions = {
        var options = MemoryOptions()
        options.listingOrders = [.keyBytes]
        options.listsModified = false
        options.readsAreLocal = false
        options.pageSize = 3
        return options
    }()

    private static let componentOptions: MemoryOptions = {
        var options = MemoryOptions()
        options.listingOrders = [.pathComponents]
        options.pageSize = 7
        return options
    }()

    private static let unorderedOptions: MemoryOptions = {
        var options = MemoryOptions()
        options.listingOrders = [.unordered]
        options.pageSize = 10
        return options
    }()

    private static let poorOptions: MemoryOptions = {
        var options = MemoryOptions()
        options.conditions = []
        options.serverSideCopyMax = nil
        options.copiesParts = false
        options.deleteBatchMax = 1
        options.multipart = nil
        return options
    }()

    private static let escapingOptions: LocalOptions = {
        var options = LocalOptions()
        options.escapesKeys = true
        return options
    }()

    private static let olderOptions: LocalOptions = {
        var options = LocalOptions()
        options.usesOpenat2 = false
        options.pageSize = 5
        return options
    }()

    private static func memory(
        _ name: String, _ options: MemoryOptions, wrap: @escaping @Sendable (any Backend) -> any Backend = { $0 }
    ) -> Subject {
        Subject(name, tolerance: .all) {
            let store = MemoryStore(containers: ["one", "two"])
            let open: @Sendable (String) -> any Backend = { name in
                wrap(MemoryBackend(store: store, container: name, options: options))
            }
            return Opened(
                backend: open("one"), sibling: options.serverSideCopyMax == nil ? nil : open("two"),
                missing: open("none"), reopen: { open("one") })
        }
    }

    private static func local(_ name: String, _ tolerance: KeyTolerance, _ options: LocalOptions) -> Subject {
        Subject(name, tolerance: tolerance) {
            let directory = try TemporaryDirectory()
            let backend = LocalBackend(root: directory("root"), options: options)
            try await backend.createContainer()
            return Opened(
                backend: backend, missing: LocalBackend(root: directory("deep/missing"), options: options),
                reopen: { LocalBackend(root: directory("root"), options: options) },
                dispose: { withExtendedLifetime(directory) {} })
        }
    }
}
