// Part of godwit. SPDX-License-Identifier: Apache-2.0
// What concerns the process as a whole. Each returns what the system call returns, or the negated errno.
#ifndef GODWIT_CLINUX_PROCESS_H
#define GODWIT_CLINUX_PROCESS_H

/// Makes the process one whose memory nobody reads but root: no core file, wherever the kernel would send it, no
/// debugger, no /proc/PID/mem (prctl(2), PR_SET_DUMPABLE).
int godwit_forbid_dumps(void);

/// Whether the kernel may dump the process's memory.
int godwit_may_dump(void);

#endif
