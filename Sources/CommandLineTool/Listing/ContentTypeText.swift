// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import Godwit
internal import StorageModel

/// The media type of what is listed.
enum ContentTypeText {
    /// What the store keeps, else what the name suggests.
    static func of(_ item: ListedItem) -> String {
        if item.isDirectory { return "inode/directory" }
        return item.entry.metadata?.contentType ?? ContentTypeGuess.of(item.path)
    }
}
