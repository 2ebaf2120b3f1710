// Part of godwit. SPDX-License-Identifier: Apache-2.0
//
// Key number i of N, in key order, computed and never stored. Finding a key is a binary search over the numbers.

#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { KEY_MAX = 160 };

enum shape {
    // One flat counter: data-000000000042.
    COUNTER,
    // The front of a digest, evenly spread with a seeded jitter: 0000a7c5ac471b47.bin
    DIGEST,
    // A hundred directories of unequal share, each of dates: team-07/2024-03-11/000042.parquet
    TREE,
    // Names of a few lengths and alphabets, most of them crowded into one corner: a quarter of the numbers has the first
    // letter, three quarters of what is left the next.
    CROWDED,
};

static uint64_t key_mix(uint64_t x) {
    x ^= x >> 33;
    x *= 0xff51afd7ed558ccdULL;
    x ^= x >> 33;
    x *= 0xc4ceb9fe1a85ec53ULL;
    return x ^ (x >> 33);
}

static int key_at(enum shape shape, int64_t number, int64_t count, char *key) {
    switch (shape) {
    case COUNTER: return snprintf(key, KEY_MAX, "data-%012lld", (long long)number);
    case DIGEST: {
        uint64_t gap = UINT64_MAX / (uint64_t)count;
        return snprintf(key, KEY_MAX, "%016llx.bin", (unsigned long long)(gap * (uint64_t)number + key_mix((uint64_t)number) % gap));
    }
    case TREE: {
        // Directory d holds the numbers from count * (d / 100)^2 on.
        int64_t low = 0, high = 100;
        while (high - low > 1) {
            int64_t middle = (low + high) / 2;
            if ((__int128)count * middle * middle / 10000 <= number) low = middle;
            else high = middle;
        }
        int64_t within = number - (int64_t)((__int128)count * low * low / 10000);
        int64_t day = within / 500;
        return snprintf(
            key, KEY_MAX, "team-%02d/%04d-%02d-%02d/%06d.parquet", (int)low, (int)(1000 + day / 336),
            (int)(day / 28 % 12 + 1), (int)(day % 28 + 1), (int)(within % 500 * 7));
    }
    case CROWDED: {
        int64_t left = count, first = 0;
        int letter = 0;
        while (letter < 25 && number - first >= left - left * 3 / 4 && left > 1) {
            first += left - left * 3 / 4;
            left = left * 3 / 4;
            letter++;
        }
        int64_t within = number - first;
        return snprintf(
            key, KEY_MAX, "%c%s/%08lld%s", 'a' + letter, letter % 2 ? "-\xc3\xa9t\xc3\xa9" : "", (long long)(within * 3 + 1),
            within % 2 ? ".jpeg" : "");
    }
    }
    return 0;
}

// How many keys come before `wanted`, or up to it where `inclusive`.
static int64_t keys_before(enum shape shape, int64_t count, const char *wanted, size_t length, int inclusive) {
    int64_t low = 0, high = count;
    char key[KEY_MAX];
    while (low < high) {
        int64_t middle = (low + high) / 2;
        size_t size = (size_t)key_at(shape, middle, count, key);
        int order = memcmp(key, wanted, size < length ? size : length);
        if (order == 0) order = size < length ? -1 : size > length;
        if (order < 0 || (inclusive && order == 0)) low = middle + 1;
        else high = middle;
    }
    return low;
}
