// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// The kinds of remotes that can be opened; the raw value is the configuration's `type`.
package enum RemoteKind: String, Sendable, Hashable, CaseIterable {
    case s3, local, memory

    /// Whether its paths begin with the name of a container.
    package var hasContainers: Bool { self != .local }
}
