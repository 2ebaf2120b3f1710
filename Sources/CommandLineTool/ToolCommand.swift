// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser

/// A command of the tool: its flags are parsed, it does its work through the library, it says how it ended.
protocol ToolCommand: AsyncParsableCommand, Sendable {
    var output: OutputFlags { get }

    /// Throws a `StorageError`, or a `ValidationError` for what only a look at the world shows to be wrong usage.
    func execute(_ context: ToolContext) async throws -> ExitStatus
}
