// Part of godwit. SPDX-License-Identifier: Apache-2.0

import CCurl
import Glibc
import StorageModel

extension Transfer {
    /// Gives libcurl the next bytes of the body.
    func read(into buffer: UnsafeMutableRawBufferPointer, _ handle: EasyHandle) -> Int {
        let left = (contentLength ?? 0) - sent
        guard left > 0 else { return 0 }
        let wanted = handle.bandwidth.take(upTo: min(buffer.count, Int(left)), for: self)
        guard wanted > 0 else {
            pauses.insert(.sendingTooFast)
            return Int(CURL_READFUNC_PAUSE)
        }
        let room = UnsafeMutableRawBufferPointer(rebasing: buffer[0..<wanted])
        var count = 0
        defer { handle.bandwidth.giveBack(wanted - count, of: self) }
        switch request.body {
        case .none: return 0
        case .bytes(let bytes):
            bytes.withUnsafeBytes { copy($0, to: room) }
            count = wanted
        case .buffer(let part):
            part.withUnsafeBytes { copy($0, to: room) }
            part.bytesPassed = Int(sent) + wanted
            count = wanted
        case .stream(let source, let length):
            switch source.read(into: room) {
            case .bytes(let given) where given > 0 && given <= wanted: count = given
            case .bytes(let given):
                return refuse(
                    given == 0
                        ? "the body ended after \(sent) of \(length) bytes"
                        : "the body's source claims \(given) bytes where \(wanted) fit")
            case .wait:
                pauses.insert(.sourceWaits)
                return Int(CURL_READFUNC_PAUSE)
            case .fail(let reason): return refuse(reason)
            }
        }
        sent += Int64(count)
        handle.counters.countSent(count)
        return count
    }

    private func copy(_ bytes: UnsafeRawBufferPointer, to room: UnsafeMutableRawBufferPointer) {
        room.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[Int(sent)..<Int(sent) + room.count]))
    }

    private func refuse(_ reason: String) -> Int {
        failure = HTTPError(.bodyFailed, reason, requestWasSent: true)
        return Int(CURL_READFUNC_ABORT)
    }

    /// libcurl begins again on a new connection, because the kept one turned out to be dead.
    func rewind(to offset: Int64) -> Int32 {
        if offset == sent { return CURL_SEEKFUNC_OK }
        switch request.body {
        case .bytes, .buffer:
            guard offset >= 0, offset <= contentLength ?? 0 else { return CURL_SEEKFUNC_FAIL }
            sent = offset
            return CURL_SEEKFUNC_OK
        case .stream(let source, _):
            guard offset == 0, source.rewind() else { return CURL_SEEKFUNC_FAIL }
            sent = 0
            return CURL_SEEKFUNC_OK
        case .none: return CURL_SEEKFUNC_FAIL
        }
    }
}
