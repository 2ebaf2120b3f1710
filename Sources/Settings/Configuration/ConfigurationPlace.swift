// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import StorageModel

#if canImport(Glibc)
    internal import Glibc
#endif

/// Where the configuration is read and written.
package struct ConfigurationPlace: Sendable, Hashable {
    /// Nil: there is none and none can be made, since there is no home directory; an empty configuration.
    package let path: String?
    /// False for rclone's own file, which is read only.
    package let isWritable: Bool
    /// Whether the user named the file.
    let mustExist: Bool

    /// The first of `--config FILE`, `$GODWIT_CONFIG`, `$XDG_CONFIG_HOME/godwit/godwit.conf` or
    /// `~/.config/godwit/godwit.conf`, and, to read only, rclone's own file.
    static func find(_ named: String?, environment: [String: String], forWriting: Bool) -> ConfigurationPlace {
        func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        if let named { return ConfigurationPlace(path: named.isEmpty ? nil : named, isWritable: true, mustExist: true) }
        if let path = value("GODWIT_CONFIG") {
            return ConfigurationPlace(path: path, isWritable: true, mustExist: false)
        }
        let home = value("HOME").map { "\($0)/.config" }
        let own = (value("XDG_CONFIG_HOME") ?? home).map { "\($0)/godwit/godwit.conf" }
        if !forWriting, !(own.map(exists) ?? false) {
            let others = [value("XDG_CONFIG_HOME"), home].compactMap(\.self).map { "\($0)/rclone/rclone.conf" }
            if let path = others.first(where: exists) {
                return ConfigurationPlace(path: path, isWritable: false, mustExist: false)
            }
        }
        return ConfigurationPlace(path: own, isWritable: true, mustExist: false)
    }

    private static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// The text of the file; nil when it is not there.
    func read() throws(StorageError) -> String? {
        guard let path, Self.exists(path) else { return nil }
        let data: Data
        do {
            data = try Data(contentsOf: URL(fileURLWithPath: path))
        } catch {
            throw failure("cannot be read: \(Self.reason(error))")
        }
        guard let text = String(validating: data, as: UTF8.self) else { throw failure("is not UTF-8 text") }
        return text
    }

    /// Replaces the file at once, so that readers see the old one or the new one, for its owner only.
    func write(_ text: String) throws(StorageError) {
        guard isWritable, let path else {
            throw StorageError(
                .invalidConfiguration, during: .validate, at: path ?? "",
                message: path == nil ? "there is no place for a configuration" : "rclone's configuration is only read",
                advice: "pass --config FILE or set GODWIT_CONFIG")
        }
        let target = URL(fileURLWithPath: path).resolvingSymlinksInPath()
        let directory = target.deletingLastPathComponent()
        do {
            try FileManager.default.createDirectory(
                at: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw failure("cannot be made: \(Self.reason(error))")
        }
        let temporary = directory.appendingPathComponent(".\(target.lastPathComponent).\(UUID().uuidString)").path
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw systemFailure() }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        do {
            try handle.write(contentsOf: Data(text.utf8))
            try handle.synchronize()
            try handle.close()
        } catch {
            unlink(temporary)
            throw failure("cannot be written: \(Self.reason(error))")
        }
        guard rename(temporary, target.path) == 0 else {
            let error = systemFailure()
            unlink(temporary)
            throw error
        }
    }

    private func systemFailure() -> StorageError { failure("cannot be written: \(String(cString: strerror(errno)))") }

    private func failure(_ message: String) -> StorageError {
        StorageError(
            .invalidConfiguration, during: .validate, at: path ?? "", message: "the configuration file \(message)")
    }

    private static func reason(_ error: any Error) -> String {
        let underlying = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError
        if let code = underlying, code.domain == NSPOSIXErrorDomain {
            return String(cString: strerror(Int32(code.code)))
        }
        return (error as NSError).localizedDescription
    }
}
