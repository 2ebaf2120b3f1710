// Part of godwit. SPDX-License-Identifier: Apache-2.0
//
// One vector holds the same word of every message: a lane each. The compiler makes of it what the processor has, one
// register of 512 bits or several of fewer, whose work overlaps.

#include "md5.h"

#include <string.h>

#define LANES GODWIT_MD5_LANES
// Fewer messages than these take longer in lanes than one after the other.
#define LANES_MIN 3

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "words are loaded as little-endian");

#define NAME in_one
#define TYPE uint32_t
#define WIDTH 1
#define LANE(words, lane) words
#include "md5_blocks.h"

typedef uint32_t lanes __attribute__((vector_size(4 * LANES)));

#define NAME in_lanes
#define TYPE lanes
#define WIDTH LANES
#define LANE(words, lane) words[lane]
#include "md5_blocks.h"

static void by_vector(lanes state[4], const uint8_t *const next[LANES], size_t count) { in_lanes(state, next, count); }

#if defined(__x86_64__)
__attribute__((target("avx2"))) static void by_avx2(lanes state[4], const uint8_t *const next[LANES], size_t count) {
    in_lanes(state, next, count);
}

__attribute__((target("avx512f"))) static void by_avx512(
    lanes state[4], const uint8_t *const next[LANES], size_t count) {
    in_lanes(state, next, count);
}
#endif

static void by_kind(godwit_md5_kind kind, lanes state[4], const uint8_t *const next[LANES], size_t count) {
#if defined(__x86_64__)
    if (kind == GODWIT_MD5_AVX512) return by_avx512(state, next, count);
    if (kind == GODWIT_MD5_AVX2) return by_avx2(state, next, count);
#endif
    by_vector(state, next, count);
}

godwit_md5_kind godwit_md5_best(void) {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f")) return GODWIT_MD5_AVX512;
    if (__builtin_cpu_supports("avx2")) return GODWIT_MD5_AVX2;
#endif
    return GODWIT_MD5_VECTOR;
}

godwit_md5_state godwit_md5_start(void) {
    return (godwit_md5_state){{0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476}};
}

// A message in a lane of its own.
struct lane {
    const uint8_t *next;
    size_t blocks;
    godwit_md5_state *state;
};

// Moves all lanes as far as the one that has the least left. Some have something.
static void advance(godwit_md5_kind kind, struct lane lane[LANES]) {
    lanes state[4];
    const uint8_t *next[LANES], *any = NULL;
    size_t together = SIZE_MAX;
    memset(state, 0, sizeof state);
    for (int index = 0; index < LANES; index++) {
        if (lane[index].blocks == 0) continue;
        any = lane[index].next;
        if (lane[index].blocks < together) together = lane[index].blocks;
        for (int word = 0; word < 4; word++) state[word][index] = lane[index].state->words[word];
    }
    // An empty lane reads along where another one reads; what comes of it is not looked at.
    for (int index = 0; index < LANES; index++) next[index] = lane[index].blocks > 0 ? lane[index].next : any;
    by_kind(kind, state, next, together);
    for (int index = 0; index < LANES; index++) {
        if (lane[index].blocks == 0) continue;
        for (int word = 0; word < 4; word++) lane[index].state->words[word] = state[word][index];
        lane[index].next += 64 * together;
        lane[index].blocks -= together;
    }
}

void godwit_md5_advance(
    godwit_md5_kind kind, size_t count, godwit_md5_state *states, const void *const *messages, const size_t *blocks) {
    struct lane lane[LANES] = {{0}};
    size_t begun = 0;
    for (;;) {
        int active = 0;
        for (int index = 0; index < LANES; index++) {
            while (lane[index].blocks == 0 && begun < count) {
                lane[index] = (struct lane){messages[begun], blocks[begun], &states[begun]};
                begun++;
            }
            active += lane[index].blocks > 0;
        }
        if (active == 0) return;
        if (active >= LANES_MIN && kind != GODWIT_MD5_SCALAR) {
            advance(kind, lane);
            continue;
        }
        for (int index = 0; index < LANES; index++) {
            if (lane[index].blocks == 0) continue;
            in_one(lane[index].state->words, &lane[index].next, lane[index].blocks);
            lane[index].blocks = 0;
        }
    }
}
