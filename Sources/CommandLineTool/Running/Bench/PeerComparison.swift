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

    private let peers: [Peer]
    private let connection: [String]
    private let location: String
    /// Where the work goes: all keys, and what of them follows the location.
    private let place: (key: String, name: String)
    private let directory: BenchDirectory
    private let access: StoreAccess
    private let environment: [String: String]
    private let largeSize: Int64

    /// - Parameters:
    ///   - connection: Options of this program that say how the store is reached.
    ///   - prefix: Of the keys under `location`.
    ///   - directory: Where everything is written.
    ///   - largeSize: Bytes of the large object; 0: there is none.
    /// - Throws: Why the programs cannot be compared, before anything is measured: one is not installed, or the prefix
    ///   means something else to one of them.
    init(
        peers: [Peer], connection: [String], location: String, prefix: ObjectKey, directory: BenchDirectory,
        access: StoreAccess, environment: [String: String], largeSize: Int64
    ) throws(StorageError) {
        self.peers = peers
        self.connection = connection
        self.location = location
        place = (directory.key.description, directory.key.dropFirst(prefix.bytes.count).description)
        self.directory = directory
        self.access = access
        self.environment = environment
        self.largeSize = largeSize
        guard prefix.isUTF8,
            !prefix.description.unicodeScalars.contains(where: { "*?[]{}\\".unicodeScalars.contains($0) })
        else {
            throw StorageError(
                .invalidConfiguration, during: .validate, at: location,
                message: "the prefix is a pattern to other programs, or no text", advice: "compare under another prefix"
            )
        }
        let places = (environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":")
        for peer in peers
        where !places.contains(where: { FileManager.default.isExecutableFile(atPath: "\($0)/\(peer.rawValue)") }) {
            throw StorageError(
                .invalidConfiguration, during: .validate, at: peer.rawValue, message: "it is not installed here",
                advice: "install it, or leave it out of --compare")
        }
    }

    /// Every program's cost of every load, up and down. One that fails is told of, and the others go on.
    func run(
        tell: (Result<PeerResult, StorageError>) -> Void
    ) async throws(StorageError) -> [PeerResult] {
        let scratch = try onDisk { try scratchDirectory() }
        defer { try? FileManager.default.removeItem(atPath: scratch) }
        return try await directory.emptied { () async throws(StorageError) in
            var results: [PeerResult] = []
            for load in [Load(count: 1000, size: 4 << 10), Load(count: 1, size: largeSize)] where load.size > 0 {
                try onDisk { try fill(scratch, load) }
                for peer in [nil] + peers.map(Optional.some) {
                    do throws(StorageError) {
                        for isUp in [true, false] {
                            let result = try await measure(peer, load, isUp: isUp, scratch)
                            tell(.success(result))
                            results.append(result)
                        }
                    } catch {
                        if error.kind == .cancelled { throw error }
                        tell(.failure(error))
                    }
                }
            }
            return results
        }
    }

    private func measure(
        _ peer: Peer?, _ load: Load, isUp: Bool, _ scratch: String
    ) async throws(StorageError) -> PeerResult {
        let name = peer?.rawValue ?? "godwit"
        let within = "\(name)-\(load.size)/"
        let (source, target) = ("\(scratch)/source", "\(scratch)/target")
        try onDisk { try FileManager.default.createDirectory(atPath: target, withIntermediateDirectories: true) }
        defer { try? FileManager.default.removeItem(atPath: target) }
        let cost = try await ChildProcess.run(
            isUp ? upload(peer, source, within) : download(peer, within, target), environment: variables(of: peer),
            errors: "\(scratch)/errors")
        if !isUp { try check(target, load, name) }
        return PeerResult(
            program: name, work: "\(load.name) \(isUp ? "up" : "down")", objects: load.count,
            bytes: Int64(load.count) * load.size, cost: cost)
    }

    private func upload(_ peer: Peer?, _ source: String, _ within: String) -> [String] {
        peer?.upload(source, to: place.key + within, access) ?? own(source + "/", own(within))
    }

    private func download(_ peer: Peer?, _ within: String, _ target: String) -> [String] {
        peer?.download(place.key + within, to: target, access) ?? own(own(within), target + "/")
    }

    private func own(_ source: String, _ target: String) -> [String] {
        ["/proc/self/exe", "copy", "--quiet", "--no-journal"] + connection + [source, target]
    }

    /// The directory's `within` as a location of the remote.
    private func own(_ within: String) -> String {
        let isOpen = location.hasSuffix("/") || location.hasSuffix(":")
        return (isOpen ? location : location + "/") + place.name + within
    }

    /// What configures a program for other stores and accounts must not mix with what it is given.
    private func variables(of peer: Peer?) -> [String: String] {
        guard let peer else { return environment }
        let kept = environment.filter { name, _ in
            name == "AWS_CA_BUNDLE" || !["AWS_", "RCLONE_", "S3_"].contains { name.hasPrefix($0) }
        }
        return kept.merging(peer.environment(access)) { $1 }
    }

    private func onDisk<Value>(_ body: () throws -> Value) throws(StorageError) -> Value {
        do {
            return try body()
        } catch {
            throw StorageError(
                .unexpected, during: .write, at: "the temporary directory", message: error.localizedDescription,
                advice: "TMPDIR may name another place")
        }
    }

    private func scratchDirectory() throws -> String {
        let base = Environment.temporaryDirectory(environment)
        let path = "\(base)/godwit-bench-\(String(UInt64.random(in: .min ... .max), radix: 36))"
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        return path
    }

    private func fill(_ scratch: String, _ load: Load) throws {
        let directory = "\(scratch)/source"
        if FileManager.default.fileExists(atPath: directory) { try FileManager.default.removeItem(atPath: directory) }
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
