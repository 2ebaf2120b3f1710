// Part of godwit. SPDX-License-Identifier: Apache-2.0
#ifndef GODWIT_CZLIB_SHIM_H
#define GODWIT_CZLIB_SHIM_H

#include <zlib.h>

/* Macros, which Swift cannot see. 16 above the window's size: gzip, and nothing else. */
static inline int godwit_inflate_gzip(z_stream *stream) { return inflateInit2(stream, 15 + 16); }
static inline int godwit_deflate_gzip(z_stream *stream, int level) {
    return deflateInit2(stream, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
}

#endif
