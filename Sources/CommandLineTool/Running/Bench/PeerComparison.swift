// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import Godwit
internal import StorageModel
internal import StoreBench

/// Gives the same work to godwit and to other programs that are installed here, one after another.
struct PeerComparison: Sendable {
    /// Some files of one size.
    private struct Load {
        var count: Int
        var size: Int64

        var name: String { "\(count) x \(SizeFormat.bytes(size))" }
    }

    let peers: [Peer]
    /// Options of this program that say how the store is reached.
    let connection: [String]
    let location: String
    /// Of the keys under it.
    let prefix: ObjectKey
    let access: StoreAccess
    let environment: [String: String]
    /// Bytes of the large object.
    let largeSize: Int64

    /// Refuses what is not installed here, before anything is measured.
    func validate() throws(StorageError) {
        let places = (environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":")
        for peer in peers
        where !places.contains(where: {
            FileManager.default.isExecutableFile(atPath: "\($0)/\(peer.rawValue)")
        }) {
            throw StorageError(
                .invalidConfiguration, during: .validate, at: peer.rawValue, message: "it is not installed here",
                advice: "install it, or leave it out of --compare")
        }
    }

    /// Every program's cost of every load, up and down. `directory` is theirs in the store.
    func run(
        in directory: ObjectKey, tell: (PeerResult) -> Void
    ) async throws(StorageError) -> [PeerResult] {
        let scratch = try onDisk { try scratchDirectory() }
        defer { try? FileManager.default.removeItem(atPath: scratch) }
        var results: [PeerResult] = []
        for load in [Load(count: 1000, size: 4 << 10), Load(count: 1, size: largeSize)] where load.size > 0 {
            let source = "\(scratch)/source"
            try onDisk { try fill(source, load) }
            for peer in [nil] + peers.map(Optional.some) {
                let name = peer?.rawValue ?? "godwit"
                let place = directory.description + "\(name)-\(load.size)/"
                for isUp in [true, false] {
                    let target = "\(scratch)/target"
                    try onDisk {
                        try FileManager.default.createDirectory(atPath: target, withIntermediateDirectories: true)
                    }
                    let cost = try await ChildProcess.run(
                        isUp ? upload(peer, source, place) : download(peer, place, target),
                        environment: variables(of: peer), errors: "\(scratch)/errors")
                    if !isUp { try check(target, load, name) }
                    try onDisk { try FileManager.default.removeItem(atPath: target) }
                    let result = PeerResult(
                        program: name, work: "\(load.name) \(isUp ? "up" : "down")", objects: load.count,
                        bytes: Int64(load.count) * load.size, cost: cost)
                    tell(result)
                    results.append(result)
                }
            }
            try onDisk { try FileManager.default.removeItem(atPath: source) }
        }
        return results
    }

    private func upload(_ peer: Peer?, _ directory: String, _ prefix: String) -> [String] {
        peer?.upload(directory, to: prefix, access) ?? own(directory + "/", place(prefix))
    }

    private func download(_ peer: Peer?, _ prefix: String, _ directory: String) -> [String] {
        peer?.download(prefix, to: directory, access) ?? own(place(prefix), directory + "/")
    }

    private func own(_ source: String, _ target: String) -> [String] {
        [CommandLine.arguments[0], "copy", "--quiet", "--no-journal"] + connection + [source, target]
    }

    /// `key` as a location of the same remote.
    private func place(_ key: String) -> String {
        let isOpen = location.hasSuffix("/") || location.hasSuffix(":")
        return (isOpen ? location : location + "/") + key.dropFirst(prefix.description.count)
    }

    private func variables(of peer: Peer?) -> [String: String] {
        guard let peer else { return environment }
        return environment.merging(peer.environment(access)) { $1 }
    }

    private func onDisk<Result>(_ body: () throws -> Result) throws(StorageError) -> Result {
        do {
            return try body()
        } catch {
            throw StorageError(
                .unexpected, during: .write, at: "the temporary directory", message: error.localizedDescription,
                advice: "TMPDIR may name another place")
        }
    }

    private func scratchDirectory() throws -> String {
        let base = environment["TMPDIR"].flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
        let path = "\(base)/godwit-bench-\(String(UInt64.random(in: .min ... .max), radix: 36))"
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        return path
    }

    private func fill(_ directory: String, _ load: Load) throws {
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        for number in 0..<load.count {
            let content = BenchContent.buffer(load.size).withUnsafeBytes { Data($0) }
            try content.write(to: URL(fileURLWithPath: "\(directory)/\(number)"))
        }
    }

    private func check(_ directory: String, _ load: Load, _ name: String) throws(StorageError) {
        let count = try onDisk { try FileManager.default.contentsOfDirectory(atPath: directory).count }
        guard count == load.count else {
            throw StorageError(
                .unexpected, during: .validate, at: name, message: "it downloaded \(count) of \(load.count) files")
        }
    }
}
