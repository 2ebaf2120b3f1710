// Part of godwit. SPDX-License-Identifier: Apache-2.0
// The MD5 (RFC 1321) of several messages at once. One message cannot be made faster: each step waits for the one before.
#ifndef GODWIT_MD5_H
#define GODWIT_MD5_H

#include <stddef.h>
#include <stdint.h>

// How many messages take no more time than one.
#define GODWIT_MD5_LANES 16

// What of the processor is used, which must have it.
typedef enum {
    GODWIT_MD5_SCALAR = 0,
    GODWIT_MD5_VECTOR = 1,  // what every processor of its kind has
    GODWIT_MD5_AVX2 = 2,
    GODWIT_MD5_AVX512 = 3,
} godwit_md5_kind;

// The best kind for many messages that this processor has.
godwit_md5_kind godwit_md5_best(void);

typedef struct {
    uint32_t words[4];
} godwit_md5_state;

// The state before the first byte; when all blocks are through, the padding's too, it is the digest.
godwit_md5_state godwit_md5_start(void);

// Moves each of `count` states over the whole blocks of its own message: `blocks[i]` of 64 bytes at `messages[i]`.
void godwit_md5_advance(
    godwit_md5_kind kind, size_t count, godwit_md5_state *states, const void *const *messages, const size_t *blocks);

#endif
