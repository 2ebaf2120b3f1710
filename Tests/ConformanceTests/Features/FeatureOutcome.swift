// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel

/// How a proof of a feature ended.
enum FeatureOutcome: Sendable {
    /// The store does it, and what it did was looked at.
    case proven
    /// The store lacks it, and godwit reaches the same by other requests.
    case byGodwit
    /// An error says so.
    case refused(StorageError)
    /// The store takes the request and does something else; what godwit knows of the provider says so.
    case ignored
    /// There is no way to it at this store's address.
    case untried

    /// What the table shows.
    var mark: String {
        switch self {
        case .proven: "yes"
        case .byGodwit: "godwit"
        case .refused: "refused"
        case .ignored: "no"
        case .untried: "-"
        }
    }

    /// The words of a refusal.
    var words: String {
        guard case .refused(let error) = self else { return "" }
        let said = error.message.isEmpty ? error.service.map { "HTTP \($0.status)" } ?? "" : error.message
        guard let code = error.service?.code, !code.isEmpty, code != said else { return said }
        return "\(said) (\(code))"
    }
}
