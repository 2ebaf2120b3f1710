// Part of godwit. SPDX-License-Identifier: Apache-2.0

import Testing

/// The built binary against real stores (`make test` starts them). One test at a time: each uses all of the machine.
@Suite(.serialized, .enabled(if: Programs.areReady, "needs GODWIT_BINARY and the stores of scripts/with-servers"))
enum EndToEnd {}
