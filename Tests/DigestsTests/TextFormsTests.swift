// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Digests
import Testing

@Suite struct TextFormsTests {
    /// RFC 4648, section 10.
    @Test(
        arguments: [
            ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ])
    func base64Vectors(_ plain: String, _ text: String) {
        #expect(Base64.encode(Array(plain.utf8)) == text)
        #expect(Base64.decode(text) == Array(plain.utf8))
    }

    @Test(arguments: [
        "Z", "Zg", "Zg=", "Zg===", "Z===", "====", "Zh==", "Zm9=", "Zm 9", "Zm9v\n", "Zm-_", "Zg==Zg==", "=Zg=",
    ])
    func base64Refusals(_ text: String) {
        #expect(Base64.decode(text) == nil)
    }

    @Test func roundTrips() {
        var random = SeededRandom(seed: 15)
        for count in 0..<200 {
            let bytes = random.bytes(count)
            #expect(Base64.decode(Base64.encode(bytes)) == bytes)
            #expect(Hexadecimal.decode(Hexadecimal.encode(bytes)) == bytes)
        }
    }

    @Test func hexadecimal() {
        #expect(Hexadecimal.encode([0, 9, 10, 0xab, 255]) == "00090aabff")
        #expect(Hexadecimal.decode("00090AaBfF") == [0, 9, 10, 0xab, 255])
        #expect(Hexadecimal.decode("0") == nil)
        #expect(Hexadecimal.decode("0g") == nil)
        #expect(Hexadecimal.decode("é") == nil)
    }
}
