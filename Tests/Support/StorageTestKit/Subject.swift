// Part of godwit. SPDX-License-Identifier: Apache-2.0

package import StorageModel

/// A store that the kit checks.
package struct Subject: Sendable, CustomStringConvertible {
    /// What one check works on: a fresh, empty container that exists.
    package struct Opened: Sendable {
        package var backend: any Backend
        /// Another empty container of the same store and account; nil where there is none.
        package var sibling: (any Backend)?
        /// A container that does not exist.
        package var missing: any Backend
        /// Another value for the same container, as another process would open it.
        package var reopen: @Sendable () -> any Backend
        /// Removes everything again.
        package var dispose: @Sendable () async -> Void

        package init(
            backend: any Backend, sibling: (any Backend)? = nil, missing: any Backend,
            reopen: @escaping @Sendable () -> any Backend, dispose: @escaping @Sendable () async -> Void = {}
        ) {
            self.backend = backend
            self.sibling = sibling
            self.missing = missing
            self.reopen = reopen
            self.dispose = dispose
        }
    }

    package let name: String
    package let tolerance: KeyTolerance
    /// Whether keys beyond the tolerance are refused; some stores quietly take them for others.
    package let refusesOtherKeys: Bool
    /// Objects of the check on paging: more than two pages where that is quick.
    package let manyObjects: Int
    package let open: @Sendable () async throws -> Opened

    package var description: String { name }

    package init(
        _ name: String, tolerance: KeyTolerance, refusesOtherKeys: Bool = true,
        manyObjects: Int = 2500, open: @escaping @Sendable () async throws -> Opened
    ) {
        self.name = name
        self.tolerance = tolerance
        self.refusesOtherKeys = refusesOtherKeys
        self.manyObjects = manyObjects
        self.open = open
    }

    /// Runs one check on fresh containers.
    package func run(_ check: ConformanceCheck) async throws {
        let opened = try await open()
        do {
            if check.applies(opened.backend.capabilities) {
                try await check.body(CheckContext(subject: self, opened: opened))
            }
        } catch {
            await opened.dispose()
            throw error
        }
        await opened.dispose()
    }
}

/// What a check is given.
package struct CheckContext: Sendable {
    package let subject: Subject
    package let opened: Subject.Opened

    var backend: any Backend { opened.backend }
    var capabilities: Capabilities { opened.backend.capabilities }
}

/// One promise of ``Backend`` that every store is held to, or only those that have a capability.
package struct ConformanceCheck: Sendable, CustomStringConvertible {
    package let name: String
    let applies: @Sendable (Capabilities) -> Bool
    let body: @Sendable (CheckContext) async throws -> Void

    package var description: String { name }

    init(
        _ name: String, when applies: @escaping @Sendable (Capabilities) -> Bool = { _ in true },
        _ body: @escaping @Sendable (CheckContext) async throws -> Void
    ) {
        self.name = name
        self.applies = applies
        self.body = body
    }

    /// All checks.
    package static let all: [ConformanceCheck] =
        contents + listings + keys + conditions + uploads + resuming + copies + deletions + containers
}
