// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import BackendS3
public import StorageModel

/// The media type that an object is written with where nobody says otherwise.
public enum ContentTypeGuess {
    /// By the extension of the key's last component.
    public static func of(_ key: ObjectKey) -> String { ContentTypes.guess(key) }
}
