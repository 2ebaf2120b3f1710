// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// What any thread may ask of the loop. Carried out between two calls of libcurl, never inside one of its callbacks.
enum LoopCommand: Sendable {
    case start(Transfer)
    case cancel(Transfer)
    /// The source of a request's body has bytes again.
    case resumeSending(Transfer)
    /// The sink of a response's body has room again.
    case resumeReceiving(Transfer)
    /// Give up half of the connections that it may have, as far as they are not open, and tell how many; 0: none.
    case giveConnections(@Sendable (Int) -> Void)
}
