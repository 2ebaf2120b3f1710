// Part of godwit. SPDX-License-Identifier: Apache-2.0

import StorageModel
import Testing

@testable import SyncEngine

@Suite struct PartsInFlightTests {
    @Test func addsTheirBytesByObject() {
        let progress = SyncProgress()
        let buffers = (0..<3).map { _ in PartBuffer(capacity: 100) }
        // What an earlier part in the same memory left does not count.
        buffers[0].bytesPassed = 100
        for (buffer, key) in zip(buffers, ["a", "a", "b"]) { progress.partsInFlight.begin(buffer, of: ObjectKey(key)) }
        buffers[0].bytesPassed = 10
        buffers[1].bytesPassed = 20
        #expect(progress.bytesInFlight == [ObjectKey("a"): 30, ObjectKey("b"): 0])
        for buffer in buffers { progress.partsInFlight.end(buffer) }
        #expect(progress.bytesInFlight.isEmpty)
    }
}
