// Part of godwit. SPDX-License-Identifier: Apache-2.0
//
// Nothing to call: who depends on this target has Foundation's ICU without its 32 MiB of tables.
