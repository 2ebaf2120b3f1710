// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// Repeats one piece of work: `Micro NAME COUNT`, or names all: `Micro`. Who counts what it costs stands outside
/// (`scripts/bench-micro`), and takes the difference of two counts.
let arguments = CommandLine.arguments
if arguments.count == 3, let piece = Piece.all.first(where: { $0.name == arguments[1] }), let count = Int(arguments[2])
{
    let work = try await piece.prepare()
    for _ in 0..<count { try await work() }
} else {
    for piece in Piece.all { print("\(piece.name) \(piece.count)") }
}
