// Part of godwit. SPDX-License-Identifier: Apache-2.0

package import StorageModel

extension ConfigurationFile {
    /// Gives a remote these options: those that it has keep their place, new ones are added, others are dropped.
    package mutating func set(_ remote: String, _ options: [RemoteOption]) throws(StorageError) {
        try Self.validate(remote, options)
        var missing = options
        var result: [(text: String, meaning: Line)] = [], isInside = false, end: Int?
        for line in lines {
            switch line.meaning {
            case .section(let name):
                isInside = name == remote
                result.append(line)
                if isInside { end = result.count }
            case .option(let old) where isInside:
                guard let index = missing.firstIndex(where: { $0.name == old.name }) else { continue }
                let option = missing.remove(at: index)
                result.append(old == option ? line : Self.line(option))
                end = result.count
            default:
                result.append(line)
            }
        }
        if let end {
            result.insert(contentsOf: missing.map(Self.line), at: end)
        } else {
            if let last = result.last, !last.text.isEmpty { result.append(("", .other)) }
            result.append(("[\(remote)]", .section(remote)))
            result += missing.map(Self.line)
        }
        lines = result
    }

    /// Removes a remote with its comments; those right above the next remote stay. False when there is no such remote.
    package mutating func remove(_ remote: String) -> Bool {
        var result: [(text: String, meaning: Line)] = [], isInside = false, isFound = false
        var comments: [(text: String, meaning: Line)] = []
        for line in lines {
            if case .section(let name) = line.meaning {
                if isInside { result += comments }
                comments = []
                isInside = name == remote
                isFound = isFound || isInside
            }
            guard isInside else {
                result.append(line)
                continue
            }
            if case .other = line.meaning {
                comments = line.text.allSatisfy(\.isWhitespace) ? [] : comments + [line]
            } else {
                comments = []
            }
        }
        while let last = result.last, last.text.allSatisfy(\.isWhitespace) { result.removeLast() }
        lines = result
        return isFound
    }

    private static func line(_ option: RemoteOption) -> (text: String, meaning: Line) {
        ("\(option.name) = \(option.value)", .option(option))
    }

    private static func validate(_ remote: String, _ options: [RemoteOption]) throws(StorageError) {
        guard LocationParser.isRemoteName(remote) else {
            throw StorageError(
                .invalidConfiguration, during: .validate, message: "\"\(remote)\" cannot name a remote",
                advice: "use letters, digits, and _ . + @ - or single spaces within")
        }
        for option in options {
            let isPlain =
                !option.name.isEmpty
                && option.name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
            let value = option.value.unicodeScalars
            let isKept =
                !value.contains { "\n\r\u{b}\u{c}\u{85}\u{2028}\u{2029}".unicodeScalars.contains($0) }
                && value.first?.properties.isWhitespace != true && value.last?.properties.isWhitespace != true
            guard isPlain, isKept else {
                throw StorageError(
                    .invalidConfiguration, during: .validate, at: remote,
                    message: "the value of \(option.name) cannot be written to a configuration file",
                    advice: "values have no line breaks and neither begin nor end with a space")
            }
        }
    }
}
