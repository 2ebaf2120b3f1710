// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// A row of the journal that does not hold what godwit writes.
struct DamagedRecord: Error {
    let what: String

    init(_ what: String) { self.what = what }
}
