// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// All targets. A new one is a file in `Targets/` and a line here.
package enum FuzzTargets {
    package static let all: [any FuzzTarget.Type] = [
        ListingPageTarget.self, ListingKeysTarget.self, ReplyTarget.self, HeadersTarget.self, TextFormsTarget.self,
        SelectionTarget.self, ConfigurationTarget.self, LocationTarget.self, SharedConfigurationTarget.self,
        QueryTarget.self, SignerTarget.self, EndpointTarget.self, KeyEscapingTarget.self, RenderingTarget.self,
        CompressionTarget.self, BucketNameTarget.self,
    ]

    /// The target of that name.
    package static func named(_ name: String) -> (any FuzzTarget.Type)? { all.first { $0.name == name } }
}
