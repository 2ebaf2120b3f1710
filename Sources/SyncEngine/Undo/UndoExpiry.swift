// Part of godwit. SPDX-License-Identifier: Apache-2.0

public import StorageModel

/// Which kept objects belong to runs that began long ago, told by the run's id in their path; pure.
public struct UndoExpiry: Sendable {
    private let now: Timestamp
    private let age: Duration
    private let running: Set<String>

    /// Runs that began at least `age` before `now` are expired, but for those that are under way (`running`, by id).
    public init(now: Timestamp, age: Duration, running: Set<String> = []) {
        self.now = now
        self.age = age
        self.running = running
    }

    /// Those of `entries` that are expired. What lies under no run's id was not kept by one and is none of them.
    public func expired(_ entries: [Entry]) -> [Entry] { entries.filter { isExpired($0.key) } }

    /// Whether `key`, a whole key, was kept by a run that is expired.
    public func isExpired(_ key: ObjectKey) -> Bool {
        guard let run = Self.run(of: key), let begun = Self.begun(run) else { return false }
        return !running.contains(run) && begun <= now && begun.distance(to: now) >= age
    }

    /// The id of the run that kept `key`; nil when it lies in no run's directory.
    public static func run(of key: ObjectKey) -> String? {
        let components = key.bytes.array.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard let place = components.firstIndex(where: { $0.elementsEqual(UndoTrash.name.utf8) }),
            place + 2 < components.count
        else { return nil }
        let run = String(decoding: components[place + 1], as: UTF8.self)
        return begun(run) == nil ? nil : run
    }

    /// When a run of this id (`20261125T193015Z-0badcafe`) began; nil when it is no run's id.
    static func begun(_ run: String) -> Timestamp? {
        let id = Array(run.utf8)
        guard id.count == 25, id[16] == UInt8(ascii: "-"), id[8] == UInt8(ascii: "T"), id[15] == UInt8(ascii: "Z"),
            id[17...].allSatisfy({ (48...57).contains($0) || (97...102).contains($0) })
        else { return nil }
        var time = [UInt8]()
        for (index, digit) in id[...15].enumerated() {
            if index == 4 || index == 6 { time.append(UInt8(ascii: "-")) }
            if index == 11 || index == 13 { time.append(UInt8(ascii: ":")) }
            time.append(digit)
        }
        return Timestamp(rfc3339: time)
    }
}
