// Part of godwit. SPDX-License-Identifier: Apache-2.0
// Linux calls and processor instructions that Swift cannot reach by itself.
#ifndef GODWIT_CLINUX_H
#define GODWIT_CLINUX_H

#include <stdint.h>

#include "CLinuxFiles.h"
#include "CLinuxProcess.h"
#include "crc.h"
#include "md5.h"

#endif
