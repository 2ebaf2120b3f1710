// Part of godwit. SPDX-License-Identifier: Apache-2.0

public import StorageModel

/// What a plan is of.
public struct PlanHeader: Sendable, Hashable {
    public var mode: SyncMode
    public var made: Timestamp
    /// The program that made it.
    public var program: String
    /// The locations as the user knows them, without secrets.
    public var source: String
    public var target: String
    /// Equal for the same places, however they are named.
    public var sourceIdentity: String
    public var targetIdentity: String
    /// The working directory and the command line that the plan was asked for with; nil when secrets were on it.
    public var arguments: [String]?

    public init(
        mode: SyncMode, made: Timestamp, program: String, source: String, target: String, sourceIdentity: String,
        targetIdentity: String, arguments: [String]?
    ) {
        self.mode = mode
        self.made = made
        self.program = program
        self.source = source
        self.target = target
        self.sourceIdentity = sourceIdentity
        self.targetIdentity = targetIdentity
        self.arguments = arguments
    }

    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        for text in [mode.rawValue, program, source, target, sourceIdentity, targetIdentity] {
            bytes.append(data: SharedBytes(text))
        }
        bytes.append(signed: made.seconds)
        bytes.append(number: UInt64(made.nanoseconds))
        bytes.append(number: arguments.map { UInt64($0.count) + 1 } ?? 0)
        for word in arguments ?? [] { bytes.append(data: SharedBytes(word)) }
        return bytes
    }

    init?(_ bytes: [UInt8]) {
        var cursor = ByteCursor(bytes)
        guard let mode = SyncMode(rawValue: cursor.data().text) else { return nil }
        self.mode = mode
        program = cursor.data().text
        source = cursor.data().text
        target = cursor.data().text
        sourceIdentity = cursor.data().text
        targetIdentity = cursor.data().text
        let seconds = cursor.signed()
        made = Timestamp(seconds: seconds, nanoseconds: UInt32(cursor.number()))
        let count = Int(cursor.number())
        arguments = count == 0 ? nil : (1..<count).map { _ in cursor.data().text }
    }
}
