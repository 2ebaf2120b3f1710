// Part of godwit. SPDX-License-Identifier: Apache-2.0

package import StorageModel

/// A location whose remote is known: its settings, aliases followed, and the path within.
package struct ResolvedLocation: Sendable, Hashable {
    package let settings: RemoteSettings
    /// A file path, or a container and a key.
    package let path: String
    /// As the user wrote it, without secrets.
    package let display: String

    /// The container and the key within it, for remotes that have containers. A key keeps every slash. In S3 stores an ARN may
    /// stand for the container.
    package var containerAndKey: (container: String, key: ObjectKey) {
        ContainerPath.split(path, mayBeResource: settings.kind == .s3)
    }

    /// For an S3 location that ends in `?versionId=ID`, the object without that, read in that version.
    package var ofNamedVersion: ResolvedLocation {
        get throws(StorageError) {
            guard settings.kind == .s3, let mark = path.ranges(of: "?versionId=").last else { return self }
            let id = String(path[mark.upperBound...])
            let object = ResolvedLocation(
                settings: try settings.overridden(by: [RemoteOption("version_id", id)], place: display),
                path: String(path[..<mark.lowerBound]), display: display)
            // Of an object only: a bucket and a directory have no versions.
            guard !id.isEmpty, !id.contains("/"), !object.containerAndKey.key.isRoot, !object.hasTrailingSlash
            else { return self }
            return object
        }
    }

    /// Whether the location says that it is a prefix or a directory.
    package var hasTrailingSlash: Bool { path.utf8.last == UInt8(ascii: "/") }
}

extension Configuration {
    /// Finds the remote that `location` names, follows aliases, and lets `overrides` (flags) replace its options.
    package func resolve(
        _ location: Location, overrides: [String: String] = [:]
    ) throws(StorageError) -> ResolvedLocation {
        var resolved = try follow(location, seen: [])
        if resolved.settings.kind.hasContainers, location.remote != .aws, resolved.path.utf8.first == UInt8(ascii: "/")
        {
            // NAME:/bucket is NAME:bucket.
            resolved = ResolvedLocation(
                settings: resolved.settings, path: String(resolved.path.unicodeScalars.dropFirst()),
                display: resolved.display)
        }
        let settings = resolved.settings
        // Flags concern whichever side is a store of that kind.
        let applicable = overrides.sorted { $0.key < $1.key }.map { RemoteOption($0.key, $0.value) }
        guard settings.kind == .s3, !applicable.isEmpty else { return resolved }
        return ResolvedLocation(
            settings: try settings.overridden(by: applicable, place: "the flags"), path: resolved.path,
            display: resolved.display)
    }

    private func follow(_ location: Location, seen: [String]) throws(StorageError) -> ResolvedLocation {
        switch location.remote {
        case .local:
            return ResolvedLocation(
                settings: RemoteSettings(kind: .local, name: ""), path: location.path, display: "\(location)")
        case .aws:
            return ResolvedLocation(
                settings: RemoteSettings(
                    kind: .s3, name: "s3://", options: [RemoteOption("provider", "AWS")], followsAWS: true),
                path: location.path, display: "\(location)")
        case .described(let type, let options):
            return try follow(type, options, [], ":\(type)", location, seen)
        case .named(let name, let overrides):
            guard !seen.contains(name) else {
                throw StorageError(
                    .invalidConfiguration, during: .validate, at: "\(seen[0]):",
                    message: "the aliases \((seen + [name]).joined(separator: " -> ")) lead in a circle")
            }
            guard let options = try options(of: name) else { throw unknownRemote(name) }
            guard let type = options.last(where: { $0.name == "type" })?.value, !type.isEmpty else {
                throw StorageError(
                    .invalidConfiguration, during: .validate, at: place.path ?? "",
                    message: "the remote \(name) has no type", advice: "add \"type = s3\" to [\(name)]")
            }
            return try follow(type, options, overrides, name, location, seen + [name])
        }
    }

    private func follow(
        _ type: String, _ options: [RemoteOption], _ overrides: [RemoteOption], _ name: String, _ location: Location,
        _ seen: [String]
    ) throws(StorageError) -> ResolvedLocation {
        if type == "alias" { return try followAlias(options + overrides, name, location, seen) }
        guard let kind = RemoteKind(rawValue: type) else {
            let kinds = RemoteKind.allCases.map(\.rawValue) + ["alias"]
            throw StorageError(
                .invalidConfiguration, during: .validate, at: "\(name):",
                message: "remotes of type \"\(type)\" are not supported",
                advice: "supported are \(kinds.sorted().joined(separator: ", "))")
        }
        // A configuration file may have options of another program; what is written on the spot is meant.
        let isDescribed = if case .described = location.remote { true } else { false }
        let given =
            isDescribed
            ? RemoteSettings(kind: kind, name: name)
            : RemoteSettings(kind: kind, name: name, options: options)
        let settings = try given.overridden(by: isDescribed ? options : overrides, place: "\(name):")
        try settings.refuseUnsupported()
        let path = kind == .local && location.path.isEmpty ? "." : location.path
        return ResolvedLocation(settings: settings, path: path, display: "\(location)")
    }

    private func followAlias(
        _ options: [RemoteOption], _ name: String, _ location: Location, _ seen: [String]
    ) throws(StorageError) -> ResolvedLocation {
        guard let remote = options.last(where: { $0.name == "remote" })?.value, !remote.isEmpty else {
            throw StorageError(
                .invalidConfiguration, during: .validate, at: "\(name):", message: "the alias has no remote",
                advice: "add \"remote = OTHER:path\" to [\(name)]")
        }
        let target = try LocationParser.parse(remote)
        var path = target.path
        if !path.isEmpty, path.utf8.last != UInt8(ascii: "/") { path += "/" }
        path +=
            location.path.unicodeScalars.first == "/" && !path.isEmpty
            ? String(location.path.unicodeScalars.dropFirst()) : location.path
        let resolved = try follow(Location(remote: target.remote, path: path), seen: seen)
        if resolved.settings.kind == .local, location.path.split(separator: "/").contains("..") {
            throw StorageError(
                .invalidConfiguration, during: .validate, at: "\(location)", message: "the path leads out of the alias",
                advice: "write the directory without ..")
        }
        return ResolvedLocation(settings: resolved.settings, path: resolved.path, display: "\(location)")
    }

    private func unknownRemote(_ name: String) -> StorageError {
        let known = remotes
        let hint = Suggestion.nearest(to: name, among: known).map { "did you mean \($0)? " } ?? ""
        let list = known.isEmpty ? "there are none" : "there are \(known.joined(separator: ", "))"
        return StorageError(
            .invalidConfiguration, during: .validate, at: place.path ?? "", message: "there is no remote \"\(name)\"",
            advice: "\(hint)\(list); add one with godwit remote add \(name), or write ./\(name):... for a local path")
    }
}
