// Part of godwit. SPDX-License-Identifier: Apache-2.0
#ifndef GODWIT_CZSTD_SHIM_H
#define GODWIT_CZSTD_SHIM_H

#include <zstd.h>

#endif
