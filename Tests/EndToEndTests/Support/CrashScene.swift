// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// A command that is going to be killed, what is there before it, and what is to be there in the end.
struct CrashScene: Sendable {
    enum Way: String, CaseIterable, Sendable {
        case up, down, within, deleteInStore, deleteFiles, moveUp, moveDown, moveWithin

        var isMove: Bool { [.moveUp, .moveDown, .moveWithin].contains(self) }
        var deletes: Bool { [.deleteInStore, .deleteFiles].contains(self) }
        var isDownload: Bool { [.down, .moveDown, .deleteFiles].contains(self) }
        var isWithin: Bool { [.within, .moveWithin].contains(self) }
    }

    static let large = "large"
    static let partSize = 5 << 20
    static let partsInFlight = 2

    let way: Way
    let godwit: Godwit
    let proxy: ChaosProxy
    let source: Observer.Place
    let target: Observer.Place
    let command: [String]
    let largeSize: Int
    /// What the source holds at first.
    let want: [String: Observer.Object]
    /// What the target holds at first, and must lose.
    let extras: [String: Observer.Object]

    init(_ way: Way, _ fixture: CrashFixture) async throws {
        let (godwit, store) = (try Godwit(), fixture.store)
        let name = "\(way)-\(UUID().uuidString.lowercased().prefix(8))"
        proxy = try await ChaosProxy(store)
        let spoiled = store.behind(port: proxy.port)
        let inStore = { (path: String) in (place: Observer.Place.store(store, path), word: spoiled.location(path)) }
        let onDisk = { (path: String) in (place: Observer.Place.directory(path), word: path) }

        var from = onDisk(fixture.source)
        var to = inStore("\(fixture.targets)/\(name)/")
        switch way {
        case .up, .deleteInStore: break
        case .down, .deleteFiles: from = inStore("\(fixture.sources)/master/")
        case .within: from = inStore("\(fixture.sources)/master/")
        case .moveUp:
            from = onDisk(try godwit.scratch.directory("source"))
            try await Programs.rclone("copy", fixture.source, godwit.scratch.path("source"))
        case .moveDown, .moveWithin:
            from = inStore("\(fixture.sources)/\(name)/")
            try await Programs.rclone(
                "copy", "--s3-chunk-size", "5M", "--s3-upload-cutoff", "5M", fixture.source,
                store.location("\(fixture.sources)/\(name)"))
        }
        if way.isDownload { to = onDisk(try godwit.scratch.directory("target")) }
        if way.deletes {
            let place = way.isDownload ? to.word : store.location("\(fixture.targets)/\(name)")
            try await Programs.rclone("copy", "--transfers", "16", fixture.extras, place)
        }
        self.way = way
        self.godwit = godwit
        largeSize = fixture.largeSize
        source = from.place
        target = to.place
        // What deletes has little to transfer, so that it is mostly killed while it deletes.
        want = way.deletes ? fixture.want.filter { $0.key != Self.large } : fixture.want
        extras = way.deletes ? fixture.wantExtras : [:]
        command =
            [
                way.isMove ? "move" : "sync", "--s3-chunk-size", "5M", "--s3-upload-cutoff", "5M", "--s3-copy-cutoff",
                "5M", "--s3-upload-concurrency", "\(Self.partsInFlight)",
            ] + (way.deletes ? ["--exclude", "/" + Self.large] : []) + [from.word, to.word]
    }

    /// Runs the command, kills it after `time` where one is given, and tells what could be seen.
    func run(killedAfter time: Duration? = nil) async throws -> CrashedRun {
        let observer = try await Observer(target, source)
        let earlier = try proxy.exchanges.count
        let began = ContinuousClock.now
        let process = try godwit.start(command)
        if let time {
            try await Task.sleep(until: began + time, tolerance: .zero)
            process.signal(SIGKILL)
        }
        let killed = Date().timeIntervalSince1970
        let outcome = try await process.end(within: 120)
        let elapsed = began.duration(to: .now)
        let exchanges = try await proxy.settled().dropFirst(earlier)
        let reports = try await observer.end()
        return CrashedRun(
            outcome: outcome, elapsed: elapsed, killed: killed, exchanges: Array(exchanges), target: reports[0],
            source: reports[1])
    }
}

/// What could be seen of one run of a scene's command.
struct CrashedRun: Sendable {
    var outcome: ChildProcess.Outcome
    var elapsed: Duration
    /// When it was killed, in seconds since 1970.
    var killed: Double
    var exchanges: [ChaosProxy.Exchange]
    var target, source: Observer.Report

    /// What moved the content of `key`.
    func transfers(of key: String, _ way: CrashScene.Way) -> [ChaosProxy.Exchange] {
        exchanges.filter { $0.method == (way.isDownload ? "GET" : "PUT") && $0.path.hasSuffix("/" + key) }
    }

    /// Those that were over so long before the kill that the process has written it down, which takes it some time.
    func finished(_ key: String, _ way: CrashScene.Way) -> [ChaosProxy.Exchange] {
        transfers(of: key, way).filter { $0.whole && $0.status < 300 && $0.at < killed - 0.15 }
    }
}
