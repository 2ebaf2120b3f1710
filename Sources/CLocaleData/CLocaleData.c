// Part of godwit. SPDX-License-Identifier: Apache-2.0
//
// ICU's own way to leave its tables out, an empty package in their place ("stubdata" in its sources): godwit writes and
// compares nothing by the customs of a country, and what Foundation would is not asked for. The linker takes this one,
// which it meets before the archive that has the whole. The name carries ICU's version; where the toolchain has another,
// the binary has the tables again, and nothing else changes.

#include "CLocaleData.h"

#include <stdint.h>

struct package {
    uint16_t header_size;
    uint8_t magic[2];
    uint16_t info_size, reserved_word;
    uint8_t is_big_endian, charset, bytes_of_a_char, reserved;
    uint8_t format[4], format_version[4], data_version[4];
    uint8_t padding[8];
    uint32_t count, reserved_count;
    uint64_t entries[2];
};

const struct package icudt76_dat __attribute__((aligned(16))) = {
    .header_size = 32,
    .magic = {0xda, 0x27},
    .info_size = 20,
    .is_big_endian = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__,
    .bytes_of_a_char = 2,
    .format = {'T', 'o', 'C', 'P'},
    .format_version = {1},
};
