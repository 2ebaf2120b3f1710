// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Digests
import Testing

/// RFC 4231, sections 4.2 to 4.7.
@Suite struct HMACTests {
    @Test(
        arguments: [
            (
                [UInt8](repeating: 0x0b, count: 20), Array("Hi There".utf8),
                "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
            ),
            (
                Array("Jefe".utf8), Array("what do ya want for nothing?".utf8),
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
            ),
            (
                [UInt8](repeating: 0xaa, count: 20), [UInt8](repeating: 0xdd, count: 50),
                "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"
            ),
            (
                [UInt8](repeating: 0xaa, count: 131),
                Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
                "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
            ),
        ])
    func vectors(_ key: [UInt8], _ message: [UInt8], _ expected: String) {
        #expect(Hexadecimal.encode(HMAC.sha256(key: key, message)) == expected)
    }

    @Test func emptyKeyAndMessage() {
        #expect(
            Hexadecimal.encode(HMAC.sha256(key: [], [UInt8]()))
                == "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad")
    }
}
