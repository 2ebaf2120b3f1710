// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import StorageModel

/// Tries one thing after another at one side, and tells what became of each.
struct AccessTrial {
    let side: Session.Side
    let backend: any Backend
    /// What is needed here; a thing that needs nothing of it is not tried.
    let grants: [AccessGrant]
    let report: (AccessFinding) -> Void
    /// Whether something failed that everything else would fail by.
    private(set) var isOver = false
    private(set) var refusals = 0
    /// An object that could be read.
    var sample: Entry?

    init(
        _ backend: any Backend, as side: Session.Side, needing grants: [AccessGrant],
        report: @escaping (AccessFinding) -> Void
    ) {
        self.side = side
        self.backend = backend
        self.grants = grants
        self.report = report
    }

    func needs(_ permission: Permission) -> Bool { grants.contains { $0.permission == permission } }

    /// Tries one thing; nil when it is refused. `isNeeded` is false for what only the trial does.
    mutating func step<T>(
        _ name: String, _ permissions: [Permission], isNeeded: Bool = true,
        _ body: () async throws(StorageError) -> T
    ) async throws(StorageError) -> T? {
        guard !isOver else { return nil }
        do throws(StorageError) {
            let result = try await body()
            report(AccessFinding(side: side, trial: name, verdict: .allowed))
            return result
        } catch {
            if error.kind == .cancelled { throw error }
            refuse(name, error, permissions, isNeeded: isNeeded)
            return nil
        }
    }

    mutating func refuse(_ name: String, _ error: StorageError, _ permissions: [Permission], isNeeded: Bool = true) {
        switch error.kind {
        case .containerNotFound, .unauthenticated, .invalidConfiguration, .connectionLost, .timedOut, .rateLimited:
            isOver = true
        default: break
        }
        guard isNeeded || isOver else {
            return report(AccessFinding(side: side, trial: name, verdict: .dispensable(error)))
        }
        refusals += 1
        let missing = missing(error, permissions)
        var error = error
        if error.service?.refusal == nil, !missing.isEmpty {
            // A request may need more than one thing; what went before tells which of them it is.
            error.advice = "the credentials need \(missing.map(\.permission.rawValue).joined(separator: " and "))"
        }
        report(AccessFinding(side: side, trial: name, verdict: .refused(error), missing: missing))
    }

    /// What to allow: what the store says, or else what the thing needs.
    private func missing(_ error: StorageError, _ permissions: [Permission]) -> [AccessGrant] {
        guard error.kind == .permissionDenied else { return [] }
        if let refusal = error.service?.refusal, let said = Permission(rawValue: refusal.action) {
            // Leave that is added does not undo a denial.
            if refusal.denier != nil { return [] }
            let known = grants.filter { $0.permission == said }
            if said.scope == .encryptionKey {
                return known.isEmpty ? [AccessGrant(said, .encryptionKey(.init(refusal.resource)))] : known
            }
            if !known.isEmpty { return known }
            return grants.first { $0.permission.scope == .objects }.map { [AccessGrant(said, $0.subject)] } ?? []
        }
        let known = permissions.flatMap { permission in grants.filter { $0.permission == permission } }
        // In a directory bucket all of them are one.
        return known.isEmpty ? grants.filter { $0.permission == .createSession } : known
    }

    func untried(_ name: String, _ reason: String) {
        report(AccessFinding(side: side, trial: name, verdict: .untried(reason)))
    }

    func leave(_ name: String, _ what: String) {
        report(AccessFinding(side: side, trial: name, verdict: .untried("it stays behind"), leftover: what))
    }
}
