// Part of godwit. SPDX-License-Identifier: Apache-2.0
//
// Polynomials are kept reflected: of a word of `width` bits, bit i is the coefficient of x^(width - 1 - i). So the
// first bit of a message, which is its highest power, is the lowest bit of its first byte.

#include "crc.h"

#include <pthread.h>
#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "words are loaded as little-endian");

struct crc {
    uint64_t polynomial;
    unsigned width;
    // slices[k][b]: what byte b contributes when k more bytes follow it.
    uint64_t slices[8][256];
    // Multipliers that move a block of 128 bits 512 and 128 bits ahead: for its first and its second 64 bits.
    uint64_t ahead512[2];
    uint64_t ahead128[2];
};

static struct crc crcs[3] = {
    {.polynomial = 0xedb88320, .width = 32},
    {.polynomial = 0x82f63b78, .width = 32},
    {.polynomial = 0x9a6c9329ac4bc9b5, .width = 64},
};
static int has_folding, has_crc32c;
static pthread_once_t prepared = PTHREAD_ONCE_INIT;

static uint64_t times_x(const struct crc *crc, uint64_t value) {
    return (value >> 1) ^ (value & 1 ? crc->polynomial : 0);
}

// x^power mod the polynomial, in the top bits of 64, as a reflected factor for 64 x 64 bit products.
static uint64_t power_of_x(const struct crc *crc, unsigned power) {
    uint64_t value = 1ull << (crc->width - 1);
    while (power-- > 0) value = times_x(crc, value);
    return value << (64 - crc->width);
}

static void prepare(void) {
    for (int kind = 0; kind < 3; kind++) {
        struct crc *crc = &crcs[kind];
        for (unsigned byte = 0; byte < 256; byte++) {
            uint64_t value = byte;
            for (int bit = 0; bit < 8; bit++) value = times_x(crc, value);
            crc->slices[0][byte] = value;
        }
        for (int slice = 1; slice < 8; slice++) {
            for (unsigned byte = 0; byte < 256; byte++) {
                uint64_t before = crc->slices[slice - 1][byte];
                crc->slices[slice][byte] = (before >> 8) ^ crc->slices[0][before & 255];
            }
        }
        // A product of two reflected words comes out one bit low, hence the power less by one. The first 64 bits of a
        // block stand 64 bits above the second.
        crc->ahead512[0] = power_of_x(crc, 512 + 63);
        crc->ahead512[1] = power_of_x(crc, 512 - 1);
        crc->ahead128[0] = power_of_x(crc, 128 + 63);
        crc->ahead128[1] = power_of_x(crc, 128 - 1);
    }
#if defined(__x86_64__)
    has_folding = __builtin_cpu_supports("pclmul") && __builtin_cpu_supports("sse4.1");
    has_crc32c = __builtin_cpu_supports("sse4.2");
#endif
}

static uint64_t load(const uint8_t *bytes) {
    uint64_t word;
    memcpy(&word, bytes, 8);
    return word;
}

static uint64_t by_tables(const struct crc *crc, uint64_t state, const uint8_t *bytes, size_t count) {
    for (; count >= 8; bytes += 8, count -= 8) {
        uint64_t word = state ^ load(bytes);
        state = 0;
        for (int index = 0; index < 8; index++) state ^= crc->slices[7 - index][(word >> (8 * index)) & 255];
    }
    for (; count > 0; bytes++, count--) state = (state >> 8) ^ crc->slices[0][(state ^ *bytes) & 255];
    return state;
}

#if defined(__x86_64__)

__attribute__((target("sse4.2"))) static uint64_t by_instruction(uint64_t state, const uint8_t *bytes, size_t count) {
    for (; count >= 8; bytes += 8, count -= 8) state = _mm_crc32_u64(state, load(bytes));
    for (; count > 0; bytes++, count--) state = _mm_crc32_u8((uint32_t)state, *bytes);
    return state;
}

static uint64_t short_input(const struct crc *crc, uint64_t state, const uint8_t *bytes, size_t count) {
    if (crc == &crcs[GODWIT_CRC32C] && has_crc32c) return by_instruction(state, bytes, count);
    return by_tables(crc, state, bytes, count);
}

__attribute__((target("pclmul,sse4.1"))) static inline __m128i ahead(__m128i block, __m128i factors) {
    return _mm_xor_si128(_mm_clmulepi64_si128(block, factors, 0x00), _mm_clmulepi64_si128(block, factors, 0x11));
}

__attribute__((target("pclmul,sse4.1"))) static inline __m128i block_at(const uint8_t *bytes) {
    return _mm_loadu_si128((const __m128i *)bytes);
}

// Folds the message onto its last 16 bytes, which are congruent to all before. Needs 64 bytes at least. After V. Gopal
// et al., "Fast CRC Computation for Generic Polynomials Using PCLMULQDQ Instruction" (Intel, 2009).
__attribute__((target("pclmul,sse4.1"))) static uint64_t by_folding(
    const struct crc *crc, uint64_t state, const uint8_t *bytes, size_t count) {
    __m128i a = _mm_xor_si128(block_at(bytes), _mm_cvtsi64_si128((long long)state));
    __m128i b = block_at(bytes + 16), c = block_at(bytes + 32), d = block_at(bytes + 48);
    bytes += 64;
    count -= 64;
    const __m128i far = _mm_set_epi64x((long long)crc->ahead512[1], (long long)crc->ahead512[0]);
    for (; count >= 64; bytes += 64, count -= 64) {
        a = _mm_xor_si128(ahead(a, far), block_at(bytes));
        b = _mm_xor_si128(ahead(b, far), block_at(bytes + 16));
        c = _mm_xor_si128(ahead(c, far), block_at(bytes + 32));
        d = _mm_xor_si128(ahead(d, far), block_at(bytes + 48));
    }
    const __m128i near = _mm_set_epi64x((long long)crc->ahead128[1], (long long)crc->ahead128[0]);
    a = _mm_xor_si128(ahead(a, near), b);
    a = _mm_xor_si128(ahead(a, near), c);
    a = _mm_xor_si128(ahead(a, near), d);
    for (; count >= 16; bytes += 16, count -= 16) a = _mm_xor_si128(ahead(a, near), block_at(bytes));
    uint8_t folded[16];
    _mm_storeu_si128((__m128i *)folded, a);
    return short_input(crc, short_input(crc, 0, folded, 16), bytes, count);
}

#endif

static uint64_t ones(const struct crc *crc) { return ~0ull >> (64 - crc->width); }

uint64_t godwit_crc_update_portable(godwit_crc_kind kind, uint64_t value, const void *bytes, size_t count) {
    pthread_once(&prepared, prepare);
    const struct crc *crc = &crcs[kind];
    return by_tables(crc, value ^ ones(crc), bytes, count) ^ ones(crc);
}

uint64_t godwit_crc_update(godwit_crc_kind kind, uint64_t value, const void *bytes, size_t count) {
#if defined(__x86_64__)
    pthread_once(&prepared, prepare);
    const struct crc *crc = &crcs[kind];
    uint64_t state = value ^ ones(crc);
    state = count >= 64 && has_folding ? by_folding(crc, state, bytes, count) : short_input(crc, state, bytes, count);
    return state ^ ones(crc);
#else
    return godwit_crc_update_portable(kind, value, bytes, count);
#endif
}

static uint64_t product(const struct crc *crc, uint64_t a, uint64_t b) {
    uint64_t sum = 0;
    for (uint64_t bit = 1ull << (crc->width - 1); bit != 0; bit >>= 1) {
        if (a & bit) sum ^= b;
        b = times_x(crc, b);
    }
    return sum;
}

uint64_t godwit_crc_combine(godwit_crc_kind kind, uint64_t first, uint64_t second, uint64_t second_count) {
    const struct crc *crc = &crcs[kind];
    uint64_t shift = 1ull << (crc->width - 1), power = 1ull << (crc->width - 9);  // x^0 and x^8
    for (; second_count != 0; second_count >>= 1) {
        if (second_count & 1) shift = product(crc, shift, power);
        power = product(crc, power, power);
    }
    return product(crc, shift, first) ^ second;
}
