// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// What any thread may ask of the loop. Carried out between two calls of libcurl, never inside one of its callbacks.
enum LoopCommand: Sendable {
    case start(Transfer)
    case cancel(Transfer)
    /// The source of a request's body has bytes again.
    case resumeSending(Transfer)
    /// The sink of a response's body has room again.
    case resumeReceiving(Transfer)
    case setRates(upload: Int64?, download: Int64?)
    case setConnectionsMax(Int)
}
