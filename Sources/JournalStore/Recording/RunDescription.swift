// Part of godwit. SPDX-License-Identifier: Apache-2.0

package import StorageModel

/// What a run was asked for, as the journal keeps it.
package struct RunDescription: Sendable, Hashable {
    /// Names the run; unique in the journal.
    package var id: String
    package var command: String
    /// As on the command line. Nil when there were secrets among them.
    package var arguments: [String]?
    /// For people, without secrets.
    package var source: String
    package var target: String
    /// Canonical: equal for the same place, however it was named.
    package var sourceIdentity: String
    package var targetIdentity: String
    /// Equal for runs whose options lead to the same decisions.
    package var optionsFingerprint: String
    package var started: Timestamp

    package init(
        id: String, command: String, arguments: [String]?, source: String, target: String, sourceIdentity: String,
        targetIdentity: String, optionsFingerprint: String, started: Timestamp
    ) {
        self.id = id
        self.command = command
        self.arguments = arguments
        self.source = source
        self.target = target
        self.sourceIdentity = sourceIdentity
        self.targetIdentity = targetIdentity
        self.optionsFingerprint = optionsFingerprint
        self.started = started
    }

    /// The form of ``id`` in names of temporary files: lower-case letters and digits, at most 32 (as `LocalOptions`
    /// makes it).
    package var shortName: String { Self.shortName(of: id) }

    static func shortName(of id: String) -> String {
        let letters = id.utf8.filter {
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
        }
        return letters.isEmpty ? "run" : String(decoding: letters.prefix(32), as: UTF8.self)
    }
}
