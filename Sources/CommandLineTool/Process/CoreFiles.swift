// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import CLinux

/// Core files hold the whole memory, secrets included, and lie about for years, often where others read them.
enum CoreFiles {
    /// No core file of this process, and no reading of its memory by other processes of its user. A kernel that knows
    /// no such thing leaves things as they are.
    ///
    /// A limit on the size of core files would not do: it does not bind a kernel that pipes them to a program
    /// (core(5)).
    static func forbid() { _ = godwit_forbid_dumps() }
}
