// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import StorageModel

#if canImport(Glibc)
    internal import Glibc
#endif

extension ToolCommand {
    /// Carries the command out and says why it failed, if it did.
    func outcome(in context: ToolContext) async -> ExitStatus {
        do {
            let status = try await execute(context)
            try context.standardOutput.flush()
            return status
        } catch let error as StorageError {
            try? context.standardOutput.flush()
            if error.kind == .cancelled, Task.isCancelled { return .interrupted }
            context.report(error)
            return ExitStatus(error)
        } catch is ByteSink.ReaderGone {
            // As any filter does whose reader has seen enough (`godwit ls | head`).
            signal(SIGPIPE, SIG_DFL)
            raise(SIGPIPE)
            return .done
        } catch is CancellationError {
            return .interrupted
        } catch {
            context.error("\(error)")
            return .usage
        }
    }
}
