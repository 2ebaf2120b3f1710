// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import StorageModel

/// Where segments are cut: at names that a listing by delimiter has shown, or at guesses.
extension ListingWindow {
    /// Cuts the first segment that is long enough. Returns the index of what it cut off.
    mutating func split() -> Int? {
        guard isAffordable else { return nil }
        let mayGuess = segments.count(where: \.isGuess) < guesses
        var claimed = 0.0
        for index in segments.indices {
            defer { claimed += claim(segments[index]) }
            guard !segments[index].isListed else { continue }
            guard claimed + (segmentPages + 1) * pageBytes <= room else { return nil }
            // What is between two guesses nobody knows, while they fail.
            guard misses == 0 || segments[index].first != nil || segments[index].last == nil || segments[index].isKnown
            else { continue }
            guard let (bound, isKnown) = bound(segments[index], mayGuess: mayGuess) else { continue }
            var rest = Segment(id: nextID, after: bound)
            nextID += 1
            rest.isKnown = isKnown
            rest.last = segments[index].last
            segments[index].last = bound
            segments.insert(rest, at: index + 1)
            return index + 1
        }
        return nil
    }

    /// Where to cut a segment, if it is long enough, and whether keys are known to begin there.
    private mutating func bound(_ segment: Segment, mayGuess: Bool) -> (ObjectKey, isKnown: Bool)? {
        guard let position = segment.position else { return nil }
        // A little less than whole pages, so that the last request of a segment brings a nearly full one.
        let wanted = (segmentPages - limits.shortfall) * pageKeys
        for marks in landmarks where marks.isAbout(position) {
            let left = segment.last.flatMap { marks.count(from: position, to: $0) }
            guard let count = length(wanted, of: left, isOpen: segment.last == nil),
                let name = marks.name(count, after: position), isWithin(name, segment)
            else { continue }
            return (name, true)
        }
        guard mayGuess, let sample = segment.sample ?? sample else { return nil }
        // Across directories, guessing has failed.
        guard misses < limits.missesBeforeLook || !holdsDirectories(directory(of: sample), sample) else { return nil }
        let left = segment.last.flatMap { space.count(from: position, to: $0, like: sample) }
        guard let count = length(wanted, of: left, isOpen: segment.last == nil),
            let guess = space.key(count, after: position, like: sample), isWithin(guess, segment)
        else { return nil }
        // Where names are known on the way, none of them is passed over.
        for marks in landmarks where marks.isAbout(position) {
            if let name = marks.lastName(behind: position, upTo: guess) { return (name, true) }
        }
        return (guess, false)
    }

    /// How many keys to leave in a segment that has `left`; nil: it stays whole.
    private func length(_ wanted: Double, of left: Double?, isOpen: Bool) -> Double? {
        if isOpen { return wanted }
        guard let left, left > 1.5 * wanted + pageKeys else { return nil }
        return left < 3 * wanted ? left / 2 : wanted
    }

    private func isWithin(_ bound: ObjectKey, _ segment: Segment) -> Bool {
        segment.last.map { request.order.compare(bound, $0) < 0 } ?? true
    }

    // MARK: - Names of directories

    /// Asks for the names of a directory that is being listed, where guessing fails.
    mutating func look() -> Fetch? {
        guard misses >= limits.missesBeforeLook, looks.count < limits.looksMax, isAffordable else { return nil }
        for segment in segments where !segment.isListed {
            guard let position = segment.reached, let sample = segment.sample else { continue }
            let inner = directory(of: sample)
            var wanted = [ObjectKey]()
            if let above = directory(above: inner) { wanted.append(above) }
            // A short directory is soon listed as it is, beside others.
            let isLong = segment.pagesInside >= limits.pagesBeforeLook || inner == request.prefix
            if isLong, holdsDirectories(inner, sample) { wanted.append(inner) }
            for directory in wanted {
                let isAsked = (landmarks + looks.values).contains { $0.directory == directory && $0.isAbout(position) }
                guard !isAsked else { continue }
                let id = nextID
                nextID += 1
                fetching += 1
                looks[id] = Landmarks(directory, after: position, request.order)
                return Fetch(segment: id, after: position, directory: directory)
            }
        }
        return nil
    }

    /// The directory that holds all keys of a sample.
    func directory(of sample: KeySpace.Sample) -> ObjectKey {
        let shared = sample.first.bytes.withUnsafeBytes { first in
            sample.last.bytes.withUnsafeBytes { last in SharedBytes.sharedCount(first, last) }
        }
        return directory(sample.last, before: shared)
    }

    private func directory(above inner: ObjectKey) -> ObjectKey? {
        inner.bytes.count > request.prefix.bytes.count ? directory(inner, before: inner.bytes.count - 1) : nil
    }

    private func directory(_ key: ObjectKey, before end: Int) -> ObjectKey {
        let start = request.prefix.bytes.count
        var end = max(end, start)
        while end > start, key.bytes[end - 1] != UInt8(ascii: "/") { end -= 1 }
        return ObjectKey(key.bytes.prefix(end))
    }

    private func holdsDirectories(_ directory: ObjectKey, _ sample: KeySpace.Sample) -> Bool {
        sample.last.bytes.dropFirst(directory.bytes.count).firstIndex(of: UInt8(ascii: "/")) != nil
    }

    /// Takes the names of a directory in, the deepest before those above it.
    mutating func received(_ look: Landmarks, _ page: ListingPage?) {
        waste += 1
        if let position = segments[0].position { landmarks.removeAll { $0.isBehind(position) } }
        if landmarks.count >= limits.landmarksMax { landmarks.removeFirst() }
        var look = look
        look.received(page)
        for case let sample? in segments.map(\.sample) {
            look.learn(first: sample.first, last: sample.last, count: sample.count)
        }
        let depth = look.directory.bytes.count
        landmarks.insert(look, at: landmarks.firstIndex { $0.directory.bytes.count <= depth } ?? landmarks.count)
    }
}
