// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// Something that a store may be able to do, by the name that users know, and how a store is tried for it.
struct Feature: Sendable, CustomStringConvertible {
    let name: String
    /// Ends in what was seen; throws where the store does something that godwit does not reckon with.
    let proof: @Sendable (FeatureScene) async throws -> FeatureOutcome

    var description: String { name }

    init(_ name: String, _ proof: @escaping @Sendable (FeatureScene) async throws -> FeatureOutcome) {
        self.name = name
        self.proof = proof
    }

    /// Features of one kind, as the table shows them.
    struct Group: Sendable {
        let title: String
        let features: [Feature]
    }

    /// All features, in the order of the table.
    static let groups = [
        Group(title: "Objects", features: objects),
        Group(title: "Copies by the store", features: copies),
        Group(title: "Conditions", features: conditions),
        Group(title: "Listings", features: listings),
        Group(title: "Keys", features: keys),
        Group(title: "What objects carry", features: carried),
        Group(title: "Versions", features: versions),
        Group(title: "Digests", features: digests),
        Group(title: "Encryption", features: encryption),
        Group(title: "Access", features: access),
    ]
}
