// Part of godwit. SPDX-License-Identifier: Apache-2.0
#ifndef GODWIT_CLIBXML2_SHIM_H
#define GODWIT_CLIBXML2_SHIM_H

#include <libxml/parser.h>

#endif
