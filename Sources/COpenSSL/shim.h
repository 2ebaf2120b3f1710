// Part of godwit. SPDX-License-Identifier: Apache-2.0
#ifndef GODWIT_COPENSSL_SHIM_H
#define GODWIT_COPENSSL_SHIM_H

#include <openssl/evp.h>

#endif
