// Part of godwit. SPDX-License-Identifier: Apache-2.0

extension TransferOptions {
    /// The same for copies that have to be like their sources: proven, and by the store itself wherever it can, in one
    /// request where it takes them so, since parts give another tag.
    var exact: TransferOptions {
        var options = self
        options.serverSide = .auto
        options.copyCutoff = nil
        if verification == .none { options.verification = .transferred }
        return options
    }
}
