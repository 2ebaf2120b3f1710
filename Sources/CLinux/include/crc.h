// Part of godwit. SPDX-License-Identifier: Apache-2.0
// Cyclic redundancy checks by carry-less multiplication and the SSE4.2 instruction, where the processor has them.
#ifndef GODWIT_CRC_H
#define GODWIT_CRC_H

#include <stddef.h>
#include <stdint.h>

// All three are reflected, with initial value and final exclusive-or of all ones.
typedef enum {
    GODWIT_CRC32 = 0,      // polynomial 04c11db7 (ISO 3309)
    GODWIT_CRC32C = 1,     // polynomial 1edc6f41 (RFC 3720)
    GODWIT_CRC64NVME = 2,  // polynomial ad93d23594c93659 (NVM Express, Rocksoft)
} godwit_crc_kind;

// Continues `crc`, a finished value (0 for no bytes yet), over `count` bytes.
uint64_t godwit_crc_update(godwit_crc_kind kind, uint64_t crc, const void *bytes, size_t count);

// The same by tables only: for processors without the instructions, and to prove the other path against.
uint64_t godwit_crc_update_portable(godwit_crc_kind kind, uint64_t crc, const void *bytes, size_t count);

// The value of two pieces joined, from the value of each and the bytes of the second.
uint64_t godwit_crc_combine(godwit_crc_kind kind, uint64_t first, uint64_t second, uint64_t second_count);

#endif
