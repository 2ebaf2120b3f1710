// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import COpenSSL
internal import StorageModel
internal import Synchronization

/// The digests of OpenSSL: each algorithm looked up once a process, its contexts reused.
///
/// Looking an algorithm up and making a context cost more than the digest of a small object. Contexts wait in a free
/// list, of which there are never more than were in use at once.
final class DigestContexts: @unchecked Sendable {  // safe: `method` is immutable once fetched, `idle` has a lock
    static let md5 = DigestContexts("MD5")
    static let sha1 = DigestContexts("SHA1")
    static let sha256 = DigestContexts("SHA256")

    /// A library context of our own, so that MD5, which S3 speaks, is there whatever the system's openssl.cnf says.
    private static let library = LibraryContext()

    private struct LibraryContext: @unchecked Sendable {  // safe: OpenSSL locks it itself
        let pointer = OSSL_LIB_CTX_new()
    }

    private struct Context: @unchecked Sendable {  // safe: owned by one taker at a time
        let pointer: OpaquePointer
    }

    private let method: OpaquePointer
    private let idle = Mutex<[Context]>([])

    private init(_ name: String) {
        guard let method = EVP_MD_fetch(Self.library.pointer, name, nil) else {
            preconditionFailure("OpenSSL's default provider has no \(name)")
        }
        self.method = method
    }

    static func of(_ algorithm: ChecksumAlgorithm) -> DigestContexts? {
        switch algorithm {
        case .md5: md5
        case .sha1: sha1
        case .sha256: sha256
        case .crc32, .crc32c, .crc64nvme: nil
        }
    }

    /// A context ready for the first byte. Give it back with ``put(_:)``.
    func take() -> OpaquePointer {
        guard let context = idle.withLock({ $0.popLast() })?.pointer ?? EVP_MD_CTX_new() else {
            preconditionFailure("out of memory")
        }
        start(context)
        return context
    }

    func put(_ context: OpaquePointer) {
        let context = Context(pointer: context)
        idle.withLock { $0.append(context) }
    }

    func start(_ context: OpaquePointer) {
        let status = EVP_DigestInit_ex2(context, method, nil)
        precondition(status == 1)
    }

    static func update(_ context: OpaquePointer, _ bytes: UnsafeRawBufferPointer) {
        let status = EVP_DigestUpdate(context, bytes.baseAddress, bytes.count)
        precondition(status == 1)
    }

    /// Ends the digest, whose bytes `digest` must have room for.
    static func finish(_ context: OpaquePointer, into digest: UnsafeMutablePointer<UInt8>) {
        let status = EVP_DigestFinal_ex(context, digest, nil)
        precondition(status == 1)
    }
}
