// Part of godwit. SPDX-License-Identifier: Apache-2.0

extension ObjectMetadata {
    /// The user metadata that names the version which an object is the copy of, where histories are copied.
    public static let sourceVersionName = "godwit-source-version"

    /// The version of the source that the object is the copy of. A write that carries it leaves one version more, so it is
    /// never sent again unless a look at the newest version shows that it took no effect.
    public var sourceVersion: String? { user.first { $0.name == Self.sourceVersionName }?.value }
}
