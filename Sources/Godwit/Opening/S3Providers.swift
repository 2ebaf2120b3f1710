// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import BackendS3

/// The makes of S3 stores that are known by name.
public enum S3Providers {
    /// As `provider` in the configuration spells them.
    public static var names: [String] { Provider.all.map(\.name) }

    /// Whether `provider` names a make of which it is known what it does.
    public static func isKnown(_ provider: String) -> Bool {
        provider.lowercased() != Provider.other.name.lowercased()
            && names.contains { $0.lowercased() == provider.lowercased() }
    }

    /// The endpoint of `provider` in `region`; nil when it does not follow from that.
    public static func endpoint(of provider: String, in region: String) -> String? {
        Provider.all.first { $0.name.lowercased() == provider.lowercased() }?.endpoint(in: region)
    }
}
