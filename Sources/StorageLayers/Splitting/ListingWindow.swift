// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import StorageModel

/// Decides which parts of a range are listed side by side, and puts their pages in order: pure, without requests or clock.
///
/// The range is cut into segments, one behind the other, each listed by a cursor of its own from behind the key at which
/// the one before it ends. Where two meet, the first must show beyond its end the very key that the second begins with: so
/// the whole is what one cursor would have listed, whatever the store makes of a key to start after. Where they do not
/// meet, the second is thrown away and the first goes on in its place. A page that is out of order ends all splitting: the
/// first segment goes on alone, and whoever reads sees what one cursor shows.
struct ListingWindow {
    /// What to ask the store for.
    struct Fetch: Hashable {
        var segment: Int
        /// Where its cursor is to be opened, if it has none yet.
        var after: ObjectKey?
        /// Not a segment: a page of this directory's names, by delimiter.
        var directory: ObjectKey?
    }

    enum Step {
        case page(ListingPage)
        case wait
        case end
        case failed(StorageError)
    }

    struct Segment {
        let id: Int
        /// Where it begins; nil: at the beginning of the range.
        let after: ObjectKey?
        /// A listing has shown that keys begin there.
        var isKnown = false
        /// The last key that belongs to it; nil: it goes to the end of the range.
        var last: ObjectKey?
        /// Pages that came and were not taken.
        var pages: [ListingPage] = []
        var bytes: Int { pages.reduce(0) { $0 + $1.memory } }
        var isFetching = false
        /// The first key that its cursor showed.
        var first: ObjectKey?
        /// The last one.
        var reached: ObjectKey?
        /// What its cursor showed behind ``last``.
        var beyond: [Entry] = []
        /// The store has no more.
        var isExhausted = false
        var failure: StorageError?
        var sample: KeySpace.Sample?
        /// Pages in a row that show keys of one directory only.
        var pagesInside = 0

        var isListed: Bool { isExhausted || failure != nil || !beyond.isEmpty }
        var position: ObjectKey? { reached ?? after }
        /// Whether nothing shows yet that it begins where keys are.
        var isGuess: Bool { id != 0 && !isKnown && first == nil && !isListed }
    }

    let limits: SplitLimits
    let request: ListRequest
    var space: KeySpace
    var segments: [Segment]
    var nextID = 1
    private var streams: StreamCount
    var fetching = 0
    /// Of pages that wait.
    private var bytes = 0
    /// Pages that came, and of how many bytes and keys they were on average.
    var pages = 0.0, pageBytes = 0.0, pageKeys = 0.0
    /// Requests beyond those that one cursor would have needed.
    var waste = 0.0
    var sample: KeySpace.Sample?
    private var mismatches = 0
    /// Guesses in a row that fell into gaps.
    var misses = 0
    /// Directories whose names are known or asked for, those asked for by the numbers of their requests.
    var landmarks: [Landmarks] = []
    var looks: [Int: Landmarks] = [:]
    /// Segments that may be begun before the first page of the earliest of them shows whether there is anything where it
    /// begins.
    var guesses = 1
    /// No new segment is begun any more.
    private var isWhole = false

    init(_ request: ListRequest, _ limits: SplitLimits) {
        self.request = request
        self.limits = limits
        space = KeySpace(prefix: request.prefix, order: request.order)
        segments = [Segment(id: 0, after: request.after)]
        streams = StreamCount(max: limits.streamsMax)
    }

    /// The segments and listings by delimiter that are still needed.
    var alive: [Int] { segments.map(\.id) + looks.keys }

    // MARK: - Asking

    /// What to ask for now: the earliest segments first, new ones where there is room for more.
    mutating func fetches() -> [Fetch] {
        var found: [Fetch] = []
        // Whoever reads waits for the first segment that is not listed, once those before it are read.
        var isAwaited = true
        // What the segments so far hold or will hold: what is far ahead leaves room for what is needed before it.
        var claimed = 0.0
        for index in segments.indices where fetching < streams.count {
            let segment = segments[index]
            isAwaited = isAwaited && segment.pages.isEmpty
            if !segment.isFetching, !segment.isListed {
                guard isAwaited || hasRoom && claimed + Double(segment.bytes) + pageBytes <= room else { break }
                found.append(fetch(index))
            }
            claimed += claim(segment)
        }
        while fetching < streams.count, let look = look() { found.append(look) }
        while fetching < streams.count, hasRoom, let index = split() { found.append(fetch(index)) }
        return found
    }

    /// Bytes that a segment holds or will hold.
    mutating func claim(_ segment: Segment) -> Double {
        let held = Double(segment.bytes)
        return segment.isListed ? held : max(held + pageBytes, expectedPages(segment) * pageBytes)
    }

    /// Pages that are still to come of a segment, and those that wait.
    private mutating func expectedPages(_ segment: Segment) -> Double {
        guard let position = segment.position, let last = segment.last, let sample = segment.sample ?? sample else {
            return segmentPages
        }
        let marks = landmarks.lazy.compactMap { $0.count(from: position, to: last) }.first
        let count = marks ?? space.count(from: position, to: last, like: sample) ?? 0
        return max(count / max(pageKeys, 1), segmentPages)
    }

    private mutating func fetch(_ index: Int) -> Fetch {
        fetching += 1
        segments[index].isFetching = true
        return Fetch(segment: segments[index].id, after: segments[index].after)
    }

    /// Bytes that may be ahead. Few requests at once need few pages, unless segments are as long as directories are.
    var room: Double {
        let share = landmarks.isEmpty ? Double(streams.count) / Double(limits.streamsMax) : 1
        return max(8 * pageBytes, Double(limits.bytesMax) * share)
    }

    private var hasRoom: Bool { Double(bytes) + Double(fetching + 1) * pageBytes <= room }

    /// Whether one more segment may be tried: it costs half a request, about.
    var isAffordable: Bool {
        guard !isWhole, mismatches < limits.mismatchesMax, pages >= Double(limits.pagesBeforeSplit) else {
            return false
        }
        let expected = waste + Double(segments.count) / 2
        return expected < min(pages / 2 + 4, limits.wasteFixedMax) + pages * limits.wasteShareMax
    }

    /// Pages of a segment, so that all of them fill the window.
    var segmentPages: Double {
        let window = Double(limits.bytesMax) / max(pageBytes, 1)
        return max(3, min(window / Double(limits.streamsMax), 24)).rounded(.down)
    }

    // MARK: - Receiving

    /// Takes what came for a segment; nil: the store has no more. `seconds`: since some fixed moment.
    mutating func received(_ id: Int, _ page: ListingPage?, at seconds: Double) {
        fetching -= 1
        if let look = looks.removeValue(forKey: id) { return received(look, page) }
        guard let index = segments.firstIndex(where: { $0.id == id }) else {
            waste += 1
            return
        }
        segments[index].isFetching = false
        guard let page else {
            if segments[index].first == nil { waste += 1 }
            segments[index].isExhausted = true
            // Nothing comes behind the end.
            discard((index + 1)..<segments.count)
            return
        }
        streams.received(at: seconds)
        if !isInOrder(page, behind: segments[index].reached) {
            isWhole = true
            while segments.count > 1 { join(0) }
            guard index == 0 else { return }
        }
        if index > 0, segments[index].first == nil, page.entries.isEmpty {
            // Nothing yet of what it was to show: the store may have begun elsewhere, and how far from here is not known.
            mismatches += 1
            waste += 1
            return join(index - 1)
        }
        if let first = page.entries.first, let last = page.entries.last {
            if segments[index].first == nil {
                segments[index].first = first.key.detached()
                judge(segments[index])
                skipGap(index)
            }
            segments[index].reached = last.key.detached()
            if page.entries.count > 1 {
                let sample = KeySpace.Sample(
                    first: first.key.detached(), last: last.key.detached(), count: page.entries.count)
                let isInside = segments[index].sample.map { directory(of: $0) == directory(of: sample) } ?? false
                segments[index].pagesInside = isInside ? segments[index].pagesInside + 1 : 1
                segments[index].sample = sample
                self.sample = sample
                for place in landmarks.indices {
                    landmarks[place].learn(first: first.key, last: last.key, count: page.entries.count)
                }
            }
        } else {
            waste += 1
        }
        pages += 1
        let weight = max(1 / pages, 0.1)
        pageBytes += (Double(page.memory) - pageBytes) * weight
        // The last pages of a listing and of a store that sends less say nothing of a full one.
        pageKeys = max(pageKeys, Double(page.entries.count))
        keep(page, index)
    }

    private mutating func isInOrder(_ page: ListingPage, behind reached: ObjectKey?) -> Bool {
        let goesOn =
            if let reached, let first = page.entries.first { request.order.compare(reached, first.key) < 0 } else {
                true
            }
        return space.learn(page.entries) && goesOn
    }

    /// Learns from where a segment was begun and where its first key stands: a guess that hit makes room for two more, one
    /// that fell into a gap for less.
    private mutating func judge(_ segment: Segment) {
        guard segment.id != 0, !segment.isKnown, let after = segment.after, let first = segment.first, let sample,
            let missed = space.count(from: after, to: first, like: sample)
        else { return }
        let isHit = missed < pageKeys / 2
        guesses = isHit ? min(guesses * 2, 64) : max(guesses / 2, 1)
        misses = isHit ? 0 : misses + 1
    }

    /// Drops the guesses that fell into the gap before the first key of a segment: they would show the same.
    private mutating func skipGap(_ index: Int) {
        guard let first = segments[index].first else { return }
        var end = index + 1
        while end < segments.count, let after = segments[end].after, request.order.compare(after, first) < 0 {
            end += 1
        }
        guard end > index + 1 else { return }
        segments[index].last = segments[end - 1].last
        discard((index + 1)..<end)
    }

    mutating func failed(_ id: Int, _ error: StorageError) {
        fetching -= 1
        if let look = looks.removeValue(forKey: id) {
            // It is only help; what is wrong with the store, the segments show.
            return received(look, nil)
        }
        guard let index = segments.firstIndex(where: { $0.id == id }) else { return }
        segments[index].isFetching = false
        isWhole = true
        if index > 0, segments[index].first == nil {
            // A store may refuse to begin behind a key that was made up; the cursor before it needs no such key.
            join(index - 1)
        } else {
            segments[index].failure = error
        }
    }

    private mutating func keep(_ page: ListingPage, _ index: Int) {
        var page = page
        if let last = segments[index].last, let reached = segments[index].reached,
            request.order.compare(reached, last) > 0, !page.entries.isEmpty
        {
            var (low, high) = (0, page.entries.count)
            while low < high {
                let middle = (low + high) / 2
                if request.order.compare(page.entries[middle].key, last) > 0 { high = middle } else { low = middle + 1 }
            }
            if low < page.entries.count {
                waste += Double(page.entries.count - low) / Double(page.entries.count)
                segments[index].beyond = Array(page.entries[low...])
                page.entries.removeSubrange(low...)
            }
        }
        guard !page.entries.isEmpty || !page.issues.isEmpty else { return }
        bytes += page.memory
        segments[index].pages.append(page)
    }

    // MARK: - Giving

    /// The next page in order, if it is there.
    mutating func next() -> Step {
        while true {
            let head = segments[0]
            if !head.pages.isEmpty {
                let page = segments[0].pages.removeFirst()
                bytes -= page.memory
                return .page(page)
            }
            if let failure = head.failure { return .failed(failure) }
            guard head.isListed else { return waiting() }
            guard segments.count > 1 else { return .end }
            let next = segments[1]
            guard next.first != nil || next.isExhausted else { return waiting() }
            if head.beyond.first?.key == next.first {
                segments.removeFirst()
            } else {
                mismatches += 1
                join(0)
            }
        }
    }

    private mutating func waiting() -> Step {
        streams.starved(fetching: fetching)
        return .wait
    }

    /// A segment goes on in place of the one behind it, which did not begin where the first one ends.
    private mutating func join(_ index: Int) {
        guard !segments[index].isExhausted else { return discard((index + 1)..<segments.count) }
        let beyond = segments[index].beyond
        segments[index].beyond = []
        segments[index].last = segments[index + 1].last
        discard((index + 1)..<(index + 2))
        keep(ListingPage(entries: beyond), index)
    }

    private mutating func discard(_ range: Range<Int>) {
        for segment in segments[range] {
            for page in segment.pages {
                bytes -= page.memory
                waste += 1
            }
        }
        segments.removeSubrange(range)
    }
}

extension ListingPage {
    /// Bytes that it holds, about.
    fileprivate var memory: Int {
        guard let first = entries.first else { return 64 }
        let text = first.key.bytes.count + (first.tag?.bytes.count ?? 0)
        return entries.count * (MemoryLayout<Entry>.stride + text)
    }
}
