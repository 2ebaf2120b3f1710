// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Godwit
internal import StorageModel

/// A location that must name one object.
enum SingleObject {
    /// The object's backend and key, and the location as it may be shown.
    static func open(
        _ location: String, in session: Session, as side: Session.Side = .source
    ) async throws -> (backend: any Backend, key: ObjectKey, display: String) {
        let place = try await session.open(location, as: side, expecting: .object)
        guard let backend = place.backend, case .object(let key) = place.form else {
            throw ValidationError("\(place.display) is not one object: it names a directory or a bucket.")
        }
        return (backend, key, place.display)
    }
}
