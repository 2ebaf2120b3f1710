// Part of godwit. SPDX-License-Identifier: Apache-2.0
#include "CLinuxProcess.h"

#include <errno.h>
#include <sys/prctl.h>

int godwit_forbid_dumps(void) { return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0 ? -errno : 0; }

int godwit_may_dump(void) {
    int result = prctl(PR_GET_DUMPABLE, 0, 0, 0, 0);
    return result < 0 ? -errno : result;
}
