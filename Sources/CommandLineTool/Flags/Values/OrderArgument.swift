// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Selection
internal import StorageModel
internal import SyncEngine

/// `--order-by` as rclone reads it: `size`, `name` or `modtime`, with a direction behind a comma; or `pattern` and globs.
enum OrderArgument {
    static func parse(_ text: String) throws -> TransferOrder {
        let parts = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        switch parts[0].lowercased() {
        case "name": return TransferOrder(.name, try direction(parts.dropFirst()))
        case "size": return TransferOrder(.size, try direction(parts.dropFirst()))
        case "modtime": return TransferOrder(.modified, try direction(parts.dropFirst()))
        case "pattern":
            guard parts.count > 1 else { throw ValidationError("pattern needs at least one glob behind it") }
            return TransferOrder(.selections(try parts.dropFirst().map(selection)))
        default: throw ValidationError("\"\(parts[0])\" is none of size, name, modtime, pattern")
        }
    }

    private static func direction(_ parts: ArraySlice<String>) throws -> TransferOrder.Direction {
        guard let word = parts.first else { return .ascending }
        var rest = parts.dropFirst()
        let direction: TransferOrder.Direction
        switch word.lowercased() {
        case "ascending", "asc": direction = .ascending
        case "descending", "desc": direction = .descending
        case "mixed":
            let share = rest.popFirst()
            guard let percentage = Int(share ?? "50"), (0...100).contains(percentage) else {
                throw ValidationError("\"\(share ?? "")\" is no percentage")
            }
            direction = .mixed(share: percentage)
        default: throw ValidationError("\"\(word)\" is none of ascending, descending, mixed")
        }
        if let extra = rest.first { throw ValidationError("\"\(extra)\" is one word too many") }
        return direction
    }

    private static func selection(_ glob: String) throws -> Selection {
        guard !glob.isEmpty else { throw ValidationError("a glob is empty") }
        var definition = SelectionDefinition(now: Timestamp(seconds: 0))
        definition.include = [glob]
        do throws(SelectionError) {
            return try Selection(definition)
        } catch {
            throw ValidationError("the glob \"\(glob)\": \(error.reason)")
        }
    }
}
