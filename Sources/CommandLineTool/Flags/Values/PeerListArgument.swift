// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser

/// Names of other programs, separated by commas.
struct PeerListArgument: ExpressibleByArgument, Sendable {
    let peers: [Peer]

    init?(argument: String) {
        let peers = argument.split(separator: ",", omittingEmptySubsequences: false).map { Peer(rawValue: String($0)) }
        guard !peers.isEmpty, !peers.contains(nil) else { return nil }
        self.peers = peers.compactMap(\.self)
    }

    static var allValueStrings: [String] { Peer.allCases.map(\.rawValue) }
}
