// Part of godwit. SPDX-License-Identifier: Apache-2.0
#ifndef GODWIT_CCURL_SHIM_H
#define GODWIT_CCURL_SHIM_H

#include <curl/curl.h>

#endif
