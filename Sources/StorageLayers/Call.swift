// Part of godwit. SPDX-License-Identifier: Apache-2.0

package import StorageModel

/// One call of a backend, as a policy around it sees it.
package struct Call: Sendable {
    /// What is called. A listing is called once a page, an upload once a part.
    package enum Step: Sendable, Hashable {
        case page, stat, attributes, read, write, copy, setModified, setAttributes, restore, delete
        case beginUpload, resumeUpload, uploadPart, copyPart, verifyParts, completeUpload, abortUpload,
            unfinishedUploads
        case flush, createContainer, removeContainer, containerExists, keepsVersions, keptAttributes
    }

    package let step: Step
    /// The object it is about; for listings the prefix.
    package let key: ObjectKey?
    /// The buffer that is filled by a read, or sent by a write or a part.
    package let buffer: PartBuffer?

    package init(_ step: Step, key: ObjectKey? = nil, buffer: PartBuffer? = nil) {
        self.step = step
        self.key = key
        self.buffer = buffer
    }

    /// What errors call it.
    package var operation: StorageError.Operation {
        switch step {
        case .page, .unfinishedUploads: .list
        case .stat, .attributes, .containerExists, .keepsVersions, .keptAttributes: .stat
        case .read: .read
        case .write, .setModified, .setAttributes, .flush: .write
        case .copy: .copy
        case .delete: .delete
        case .restore: .restore
        case .beginUpload, .resumeUpload, .uploadPart, .copyPart, .verifyParts, .completeUpload, .abortUpload: .upload
        case .createContainer: .createContainer
        case .removeContainer: .deleteContainer
        }
    }
}
