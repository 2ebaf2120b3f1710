// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Digests
import HTTPTransport
import StorageModel

/// The bytes of a part in the framing of `aws-chunked`, made while they are sent: frames are small, the content is read
/// where it lies, and its checksum is that of the bytes that went
/// (https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html,
/// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html).
final class ChunkedBody: HTTPBodySource, @unchecked Sendable {
    // safe: its sender alone prepares it before it hands the exchange over, and asks for the checksum once that is over;
    // in between the event loop's thread alone has it, which may seal it anew before it begins

    /// Bytes of the content in each chunk but the last. Stores want 8 KiB or more; these stay in a processor's cache from
    /// the digest to the copy.
    static let chunkSize = 64 << 10
    private static let lineEnd: [UInt8] = [13, 10]
    private static let extensionName = ";chunk-signature="
    private static let trailerSignatureName = "x-amz-trailer-signature:"
    private static let signatureLength = 64

    /// Whose checksum follows the chunks; nil: none does.
    let trailer: ChecksumAlgorithm?
    private let content: PartBuffer
    private let chunkSize: Int

    /// Whether the chunks are signed.
    private(set) var isSigned = false
    /// What signs them from the first one on.
    private var seed: ChunkSigner?
    private var signer: ChunkSigner?
    private var digester: Digester
    private var frame: [UInt8] = []
    /// How much of the frame went.
    private var frameSent = 0
    /// How much of the content went, and how much of it the frames so far announced.
    private var contentSent = 0
    private var announced = 0
    private var isEnded = false
    /// The checksum of what went, once all of it has; nil without a trailer.
    private(set) var checksum: Checksum?

    init(_ content: PartBuffer, trailer: ChecksumAlgorithm?, chunkSize: Int = ChunkedBody.chunkSize) {
        self.content = content
        self.trailer = trailer
        self.chunkSize = chunkSize
        digester = Digester(trailer ?? .crc32c)
    }

    /// Bytes of the content.
    var contentLength: Int { content.count }

    /// What is signed in the place of the body's digest.
    var payloadHash: String {
        guard trailer != nil else { return PayloadHash.signedChunks }
        return isSigned ? PayloadHash.signedChunksAndTrailer : PayloadHash.unsignedChunksAndTrailer
    }

    /// Bytes of all frames and of the content.
    var length: Int64 {
        let signature = isSigned ? Self.extensionName.utf8.count + Self.signatureLength : 0
        func frames(_ size: Int) -> Int { String(size, radix: 16).utf8.count + signature + 4 }
        let (whole, rest) = content.count.quotientAndRemainder(dividingBy: chunkSize)
        var length = content.count + whole * frames(chunkSize) + frames(0)
        if rest > 0 { length += frames(rest) }
        if let trailer {
            length += ChecksumText.headerName(trailer).utf8.count + 1 + (trailer.length + 2) / 3 * 4 + 2
            if isSigned { length += Self.trailerSignatureName.utf8.count + Self.signatureLength + 2 }
        }
        return Int64(length)
    }

    /// Chooses the form, and with it ``length`` and ``payloadHash``, for the exchange to come.
    func prepare(isSigned: Bool) {
        self.isSigned = isSigned
        seed = nil
        begin()
    }

    /// Makes the first chunk seal the headers that `seed` comes from.
    func seal(by seed: ChunkSigner) {
        self.seed = seed
        begin()
    }

    func attach(_ resume: @escaping @Sendable () -> Void) {}

    func rewind() -> Bool {
        begin()
        return true
    }

    private func begin() {
        signer = seed
        _ = digester.finish()
        checksum = nil
        frame.removeAll(keepingCapacity: true)
        (frameSent, contentSent, announced, isEnded) = (0, 0, 0, false)
    }

    func read(into room: UnsafeMutableRawBufferPointer) -> HTTPBodyPull {
        var count = 0
        while count < room.count {
            let free = UnsafeMutableRawBufferPointer(rebasing: room[count...])
            if frameSent < frame.count {
                count += giveFrame(free)
            } else if contentSent < announced {
                count += giveContent(free)
            } else if isEnded {
                break
            } else {
                beginChunk()
            }
        }
        content.bytesPassed = contentSent
        return .bytes(count)
    }

    private func giveFrame(_ room: UnsafeMutableRawBufferPointer) -> Int {
        let count = min(room.count, frame.count - frameSent)
        room.copyBytes(from: frame[frameSent..<frameSent + count])
        frameSent += count
        return count
    }

    private func giveContent(_ room: UnsafeMutableRawBufferPointer) -> Int {
        let count = min(room.count, announced - contentSent)
        content.withUnsafeBytes { bytes in
            let piece = UnsafeRawBufferPointer(rebasing: bytes[contentSent..<contentSent + count])
            room.copyMemory(from: piece)
            // Of the copy, which nothing changes any more: so what is proven is what goes.
            if trailer != nil { digester.update(UnsafeRawBufferPointer(rebasing: room[..<count])) }
        }
        contentSent += count
        return count
    }

    /// Makes the frame between the chunk before and the next one, which is empty after the last.
    private func beginChunk() {
        frame.removeAll(keepingCapacity: true)
        frameSent = 0
        if contentSent > 0 { frame += Self.lineEnd }
        let chunk = contentSent..<min(contentSent + chunkSize, content.count)
        frame += String(chunk.count, radix: 16).utf8
        let signature = content.withUnsafeBytes { signer?.sign(UnsafeRawBufferPointer(rebasing: $0[chunk])) }
        if let signature { frame += (Self.extensionName + signature).utf8 }
        frame += Self.lineEnd
        announced = chunk.upperBound
        if chunk.isEmpty { endBody() }
    }

    private func endBody() {
        isEnded = true
        if let trailer {
            let proof = Checksum(trailer, digester.finish())
            let field = "\(ChecksumText.headerName(trailer)):\(Base64.encode(proof.bytes))"
            frame += field.utf8 + Self.lineEnd
            if let signature = signer?.sign(trailer: field + "\n") {
                frame += (Self.trailerSignatureName + signature).utf8 + Self.lineEnd
            }
            checksum = proof
        }
        frame += Self.lineEnd
    }
}
