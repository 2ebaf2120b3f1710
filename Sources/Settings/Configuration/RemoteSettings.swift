// Part of godwit. SPDX-License-Identifier: Apache-2.0

package import StorageModel

/// What one remote is told, from a configuration file, the environment, a location or flags. Printing it never shows a
/// secret.
package struct RemoteSettings: Sendable, Hashable {
    package let kind: RemoteKind
    /// What people call it: a configured name, or `:s3`, `s3://`, or nothing for the local file system.
    package let name: String
    /// In the order given; of one name the last counts.
    package private(set) var options: [RemoteOption]
    /// Whether AWS's environment and shared files fill in what is not given, as for `s3://`.
    package let followsAWS: Bool

    package init(kind: RemoteKind, name: String, options: [RemoteOption] = [], followsAWS: Bool = false) {
        self.kind = kind
        self.name = name
        self.options = options
        self.followsAWS = followsAWS
    }

    /// The value of an option; nil when it is absent or empty.
    package subscript(_ option: String) -> String? {
        guard let value = options.last(where: { $0.name == option })?.value, !value.isEmpty else { return nil }
        return value
    }

    /// The settings with `added` in place of what they have of those names. An unknown name is an error that says
    /// which was probably meant; `place` says where it stands.
    package func overridden(by added: [RemoteOption], place: String) throws(StorageError) -> RemoteSettings {
        var result = self
        for option in added {
            try Self.validate(option.name, for: kind, place: place)
            result.options.removeAll { $0.name == option.name }
            result.options.append(option)
        }
        return result
    }

    static func validate(_ name: String, for kind: RemoteKind, place: String) throws(StorageError) {
        let known = OptionNames.known(to: kind)
        guard !known.contains(name) else { return }
        let nearest = Suggestion.nearest(to: name, among: known)
        throw StorageError(
            .invalidConfiguration, during: .validate, at: place,
            message: "\(kind.rawValue) remotes have no option \"\(name)\"",
            advice: nearest.map { "did you mean \($0)?" })
    }

    /// Refuses options that cannot be passed over though they are not supported.
    package func refuseUnsupported() throws(StorageError) {
        guard kind == .s3 else { return }
        for option in options where OptionNames.s3Refused.contains(option.name) {
            if option.value.isEmpty || ["false", "off", "0"].contains(option.value.lowercased()) { continue }
            throw StorageError(
                .unsupported, during: .validate, at: name, message: "the option \(option.name) is not supported yet",
                advice: "to pass over it would change what is stored or who signs; remove it if that is meant")
        }
    }
}

/// Typed values.
extension RemoteSettings {
    /// A yes or no; nil when absent or `unset`.
    package func flag(_ option: String) throws(StorageError) -> Bool? {
        guard let text = self[option] else { return nil }
        switch text.lowercased() {
        case "true", "t", "1", "yes", "on": return true
        case "false", "f", "0", "no", "off": return false
        case "unset": return nil
        default: throw invalid(option, "is neither true nor false")
        }
    }

    /// A whole number within `range`.
    package func number(_ option: String, in range: ClosedRange<Int>) throws(StorageError) -> Int? {
        guard let text = self[option] else { return nil }
        guard let value = Int(text), range.contains(value) else {
            throw invalid(option, "is no number of \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    /// A size in bytes; nil when absent or `off`.
    package func size(_ option: String) throws(StorageError) -> Int64? {
        guard let text = self[option] else { return nil }
        do throws(StorageError) {
            return try SizeText.limit(text)
        } catch {
            throw invalid(option, "is not a size", advice: error.advice)
        }
    }

    /// A length of time.
    package func duration(_ option: String) throws(StorageError) -> Duration? {
        guard let text = self[option] else { return nil }
        do throws(StorageError) {
            return try DurationText.duration(text)
        } catch {
            throw invalid(option, "is not a duration", advice: error.advice)
        }
    }

    /// A point in time, or so long before `now`.
    package func moment(_ option: String, now: Timestamp) throws(StorageError) -> Timestamp? {
        guard let text = self[option] else { return nil }
        do throws(StorageError) {
            return now.earlier(by: try AgeText.age(text, now: now))
        } catch {
            throw invalid(option, "is not a time", advice: error.advice)
        }
    }

    /// One of the names of `Value`, whatever their case.
    package func choice<Value: RawRepresentable<String> & CaseIterable>(
        _ option: String, of values: Value.Type
    ) throws(StorageError) -> Value? {
        guard let text = self[option] else { return nil }
        if let value = Value(rawValue: text.lowercased()) { return value }
        let names = Value.allCases.map(\.rawValue).joined(separator: ", ")
        throw invalid(option, "is \"\(TerminalText.escaped(text))\"", advice: "it may be \(names)")
    }

    /// What is wrong with an option's value.
    package func invalid(_ option: String, _ reason: String, advice: String? = nil) -> StorageError {
        StorageError(
            .invalidConfiguration, during: .validate, at: name, message: "the option \(option) \(reason)",
            advice: advice)
    }
}

extension RemoteSettings: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String {
        "\(name.isEmpty ? kind.rawValue : name) (\(kind.rawValue)): "
            + options.map(\.description).joined(separator: ", ")
    }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: ["settings": description]) }
}
