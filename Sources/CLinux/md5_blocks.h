// Part of godwit. SPDX-License-Identifier: Apache-2.0
//
// One function: `NAME` moves a state over `count` blocks of 64 bytes in each of `WIDTH` lanes. A `TYPE` holds the same
// word of every lane, and `LANE(words, lane)` is the one of a lane.

// clang-format off
#define STEP(f, a, b, word, constant, turn) \
    a += words[word] + constant##u + f;     \
    a = b + (a << turn | a >> (32 - turn));
#define F(b, c, d) (d ^ (b & (c ^ d)))
#define G(b, c, d) (c & ~d) + (b & d)
#define H(b, c, d) (b ^ c ^ d)
#define I(b, c, d) (c ^ (b | ~d))
#define FOUR(f, w0, w1, w2, w3, k0, k1, k2, k3, t0, t1, t2, t3) \
    STEP(f(b, c, d), a, b, w0, k0, t0)                          \
    STEP(f(a, b, c), d, a, w1, k1, t1)                          \
    STEP(f(d, a, b), c, d, w2, k2, t2)                          \
    STEP(f(c, d, a), b, c, w3, k3, t3)

static inline __attribute__((always_inline)) void NAME(TYPE state[4], const uint8_t *const next[WIDTH], size_t count) {
    TYPE a = state[0], b = state[1], c = state[2], d = state[3];
    for (size_t offset = 0; offset < 64 * count; offset += 64) {
        TYPE words[16];
        for (int word = 0; word < 16; word++) {
            for (int lane = 0; lane < WIDTH; lane++) {
                uint32_t value;
                memcpy(&value, next[lane] + offset + 4 * word, 4);
                LANE(words[word], lane) = value;
            }
        }
        const TYPE before[4] = {a, b, c, d};
        FOUR(F,  0,  1,  2,  3, 0xd76aa478, 0xe8c7b756, 0x242070db, 0xc1bdceee, 7, 12, 17, 22)
        FOUR(F,  4,  5,  6,  7, 0xf57c0faf, 0x4787c62a, 0xa8304613, 0xfd469501, 7, 12, 17, 22)
        FOUR(F,  8,  9, 10, 11, 0x698098d8, 0x8b44f7af, 0xffff5bb1, 0x895cd7be, 7, 12, 17, 22)
        FOUR(F, 12, 13, 14, 15, 0x6b901122, 0xfd987193, 0xa679438e, 0x49b40821, 7, 12, 17, 22)
        FOUR(G,  1,  6, 11,  0, 0xf61e2562, 0xc040b340, 0x265e5a51, 0xe9b6c7aa, 5, 9, 14, 20)
        FOUR(G,  5, 10, 15,  4, 0xd62f105d, 0x02441453, 0xd8a1e681, 0xe7d3fbc8, 5, 9, 14, 20)
        FOUR(G,  9, 14,  3,  8, 0x21e1cde6, 0xc33707d6, 0xf4d50d87, 0x455a14ed, 5, 9, 14, 20)
        FOUR(G, 13,  2,  7, 12, 0xa9e3e905, 0xfcefa3f8, 0x676f02d9, 0x8d2a4c8a, 5, 9, 14, 20)
        FOUR(H,  5,  8, 11, 14, 0xfffa3942, 0x8771f681, 0x6d9d6122, 0xfde5380c, 4, 11, 16, 23)
        FOUR(H,  1,  4,  7, 10, 0xa4beea44, 0x4bdecfa9, 0xf6bb4b60, 0xbebfbc70, 4, 11, 16, 23)
        FOUR(H, 13,  0,  3,  6, 0x289b7ec6, 0xeaa127fa, 0xd4ef3085, 0x04881d05, 4, 11, 16, 23)
        FOUR(H,  9, 12, 15,  2, 0xd9d4d039, 0xe6db99e5, 0x1fa27cf8, 0xc4ac5665, 4, 11, 16, 23)
        FOUR(I,  0,  7, 14,  5, 0xf4292244, 0x432aff97, 0xab9423a7, 0xfc93a039, 6, 10, 15, 21)
        FOUR(I, 12,  3, 10,  1, 0x655b59c3, 0x8f0ccc92, 0xffeff47d, 0x85845dd1, 6, 10, 15, 21)
        FOUR(I,  8, 15,  6, 13, 0x6fa87e4f, 0xfe2ce6e0, 0xa3014314, 0x4e0811a1, 6, 10, 15, 21)
        FOUR(I,  4, 11,  2,  9, 0xf7537e82, 0xbd3af235, 0x2ad7d2bb, 0xeb86d391, 6, 10, 15, 21)
        a += before[0], b += before[1], c += before[2], d += before[3];
    }
    state[0] = a, state[1] = b, state[2] = c, state[3] = d;
}
// clang-format on

#undef STEP
#undef F
#undef G
#undef H
#undef I
#undef FOUR
#undef NAME
#undef TYPE
#undef WIDTH
#undef LANE
