// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// A file of state is not what was written, or cannot be read: nothing from here on is believed.
struct StateDamage: Error {}
