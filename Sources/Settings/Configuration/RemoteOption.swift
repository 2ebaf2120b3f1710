// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// One setting of a remote, as written. Printing it never shows a secret.
package struct RemoteOption: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    package var name: String
    package var value: String

    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }

    package var isSecret: Bool { OptionNames.secrets.contains(name) }

    package var description: String { "\(name) = \(isSecret && !value.isEmpty ? Redaction.mark : value)" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: ["option": description]) }
}
