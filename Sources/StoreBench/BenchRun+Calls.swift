// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import StorageModel

/// What is measured, one call each.
extension BenchRun {
    func writer(_ objects: BenchObjects, _ content: PartBuffer) -> Meter.Work {
        let backend = backend
        return { (_) async throws(StorageError) in
            objects.add(try await backend.write(content, to: objects.newKey(), WriteOptions()))
            return Meter.Yield(bytes: Int64(content.count))
        }
    }

    func reader(_ written: [Entry], _ size: Int64) -> Meter.Work {
        let (backend, buffer) = (backend, PartBuffer(capacity: Int(size)))
        return { (index) async throws(StorageError) in
            buffer.reset()
            _ = try await backend.read(written[index % written.count].key, ReadOptions(), into: buffer)
            return Meter.Yield(bytes: Int64(buffer.count))
        }
    }

    func copier(_ written: [Entry], _ copies: BenchObjects) -> Meter.Work {
        let (backend, container) = (backend, backend.identity.container)
        return { (index) async throws(StorageError) in
            let source = written[index % written.count]
            _ = try await backend.copy(
                CopySource(container: container, entry: source), to: copies.newKey(), WriteOptions())
            return Meter.Yield(bytes: source.size)
        }
    }

    /// Pages that begin anywhere among what was written.
    func lister(_ written: [Entry]) -> Meter.Work {
        let (backend, directory) = (backend, directory)
        return { (index) async throws(StorageError) in
            var request = ListRequest(prefix: directory.key, order: backend.capabilities.listingOrders[0])
            // A prime steps through all of them in an order of no use to a cache.
            request.after = written[index &* 7919 % written.count].key
            let page = try await backend.list(request).next()
            return Meter.Yield(entries: page?.entries.count ?? 0)
        }
    }
}
