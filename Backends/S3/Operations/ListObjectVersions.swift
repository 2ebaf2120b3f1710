// Part of godwit. SPDX-License-Identifier: Apache-2.0

import HTTPTransport
import StorageModel

/// https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html
extension S3Connection {
    /// Where a listing of versions goes on: behind this version of this key, as the store named them.
    struct VersionPosition: Sendable, Equatable {
        var key: SharedBytes
        var version: String
    }

    /// One page of versions and delete markers, in the store's order.
    struct VersionPage: Sendable {
        var entries: [Entry] = []
        /// Nil: it is the last page.
        var next: VersionPosition?
    }

    /// `max`: how many at most; nil: as many as the settings say.
    func listVersions(
        _ request: ListRequest, at position: VersionPosition?, max: Int? = nil
    ) async throws(StorageError) -> VersionPage {
        var call = S3Call(kind: .list, method: .get, operation: .list, permission: "s3:ListBucketVersions")
        call.query.add("versions")
        call.query.add("max-keys", String(max ?? policy.listChunk))
        if policy.provider.listsURLEncoded { call.query.add("encoding-type", "url") }
        if !request.prefix.isRoot { call.query.add("prefix", request.prefix.bytes) }
        if let delimiter = request.delimiter { call.query.add("delimiter", SharedBytes([delimiter])) }
        if let position {
            call.query.add("key-marker", position.key)
            if !position.version.isEmpty { call.query.add("version-id-marker", position.version) }
        } else if let after = request.after {
            call.query.add("key-marker", after.bytes)
        }
        call.sink = .collect(limit: 32 << 20)
        // moto calls it by the other name.
        let reply = try result(try await send(call), "ListVersionsResult", "ListBucketVersionsResult", of: call)
        let decodes = reply["EncodingType"]?.text == "url"
        var page = VersionPage()
        var rows: [VersionRow] = []
        for element in reply.children {
            switch element.name {
            case "Version", "DeleteMarker":
                let isLatest = element["IsLatest"]?.text == "true"
                rows.append(VersionRow(entry: try version(element, decodes: decodes), isLatest: isLatest))
            case "CommonPrefixes":
                let key = try versionKey(element["Prefix"], decodes: decodes)
                rows.append(VersionRow(entry: Entry(key: key, kind: .directory, size: 0), isLatest: true))
            default: break
            }
        }
        page.entries = Self.sorted(rows, policy.provider)
        guard reply["IsTruncated"]?.text == "true" else { return page }
        guard let marker = reply["NextKeyMarker"] else {
            throw malformedListing("it is truncated and does not say where it goes on")
        }
        page.next = VersionPosition(
            key: try versionKey(marker, decodes: decodes).bytes, version: reply["NextVersionIdMarker"]?.text ?? "")
        guard page.next != position else {
            throw StorageError(
                .listingOutOfOrder, during: .list, at: location, message: "the next page begins where this one did")
        }
        return page
    }

    /// Makes `entry`, one of the versions of a key, the `current` one if it was that at `moment`.
    static func pass(_ entry: Entry, at moment: Timestamp, _ current: inout Entry?) {
        guard let written = entry.written, written <= moment else { return }
        // Newest first, as S3 sends them; not every store does.
        if let known = current?.written, known >= written { return }
        current = entry
    }

    private struct VersionRow {
        var entry: Entry
        var isLatest: Bool
    }

    /// In the order of keys, the newest version of each first. S3 sends all but common prefixes so, whatever their times:
    /// that of an upload in parts is when it began. Some stores send delete markers behind everything else; among those and
    /// the others of a key the times decide.
    private static func sorted(_ rows: [VersionRow], _ provider: Provider) -> [Entry] {
        let order = provider.listingOrder
        guard order != .unordered else { return rows.map(\.entry) }
        let areApart = areApart(rows, judgesByTime: provider.mayListMarkersApart)
        let sorted = rows.enumerated().sorted { a, b in
            let difference = order.compare(a.element.entry.key, b.element.entry.key)
            return difference != 0 ? difference < 0 : a.offset < b.offset
        }.map(\.element)
        guard areApart else { return sorted.map(\.entry) }
        var entries: [Entry] = [], start = 0
        while start < sorted.count {
            let key = sorted[start].entry.key
            let end = sorted[start...].firstIndex { $0.entry.key != key } ?? sorted.count
            entries += interleaved(sorted[start..<end])
            start = end
        }
        return entries
    }

    /// The versions of one key and its delete markers, both the newest first, in one row.
    private static func interleaved(_ rows: ArraySlice<VersionRow>) -> [Entry] {
        var markers = rows.filter { $0.entry.kind == .deleteMarker }[...]
        var others = rows.filter { $0.entry.kind != .deleteMarker }[...]
        var entries: [Entry] = []
        while let marker = markers.first, let other = others.first {
            let isOther = other.isLatest || !marker.isLatest && isLater(other.entry, than: marker.entry)
            entries.append(isOther ? other.entry : marker.entry)
            if isOther { others.removeFirst() } else { markers.removeFirst() }
        }
        return entries + (markers + others).map(\.entry)
    }

    private static func isLater(_ a: Entry, than b: Entry) -> Bool {
        guard let one = a.written, let other = b.written else { return true }
        return one >= other
    }

    /// Whether delete markers come behind everything else, and not where they belong.
    private static func areApart(_ rows: [VersionRow], judgesByTime: Bool) -> Bool {
        var seen: Set<ObjectKey> = [], last: Entry?
        return rows.contains { row in
            defer { last = row.entry }
            guard let newer = last, newer.key == row.entry.key else { return !seen.insert(row.entry.key).inserted }
            if row.isLatest { return true }
            guard judgesByTime, row.entry.kind == .deleteMarker, newer.kind != .deleteMarker,
                let one = newer.written, let other = row.entry.written
            else { return false }
            return other > one
        }
    }

    private func version(_ element: ReplyElement, decodes: Bool) throws(StorageError) -> Entry {
        let isMarker = element.name == "DeleteMarker"
        let size = isMarker ? 0 : element["Size"].flatMap { Int64($0.text) }
        guard let size, size >= 0, let id = element["VersionId"]?.text, !id.isEmpty else {
            throw malformedListing("a version without an id or a size")
        }
        let storageClass = element["StorageClass"]?.text
        let tag = TagText.tag(element["ETag"]?.text)
        return Entry(
            key: try versionKey(element["Key"], decodes: decodes), kind: isMarker ? .deleteMarker : .object, size: size,
            written: element["LastModified"].flatMap { Timestamp(rfc3339: $0.bytes) }, tag: tag, version: id,
            tagMayBeDigest: policy.mayBeDigest(tag),
            storageClass: storageClass == "STANDARD" || storageClass == "" ? nil : storageClass)
    }

    private func versionKey(_ element: ReplyElement?, decodes: Bool) throws(StorageError) -> ObjectKey {
        guard let element, !element.bytes.isEmpty else { throw malformedListing("a version without a key") }
        guard decodes else { return ObjectKey(SharedBytes(element.bytes)) }
        guard let bytes = PercentEncoding.decode(element.bytes, plusIsSpace: true) else {
            throw malformedListing("a key that is not URL-encoded in a listing that should be")
        }
        return ObjectKey(SharedBytes(bytes))
    }

    /// The version of `key` that a call is about: the one that was asked for or that the settings name, else the one that was current at the moment
    /// that the settings name; nil: the current one.
    func version(of key: ObjectKey, asked: String?) async throws(StorageError) -> String? {
        guard asked == nil, settings.versionID == nil, let moment = settings.versionAt else {
            return asked ?? settings.versionID
        }
        let request = ListRequest(prefix: key, order: policy.provider.listingOrder)
        var position: VersionPosition?
        var current: Entry?
        repeat {
            let page = try await listVersions(request, at: position)
            // The key itself comes before all others that begin with it.
            let own = page.entries.prefix { $0.key == key }
            for entry in own { Self.pass(entry, at: moment, &current) }
            position = own.count == page.entries.count ? page.next : nil
        } while position != nil
        if let current, current.kind == .object { return current.version }
        throw StorageError(
            .notFound, during: .stat, at: location, key: key,
            message: "there was no such object at \(moment.rfc3339())")
    }
}
