// Part of godwit. SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
    internal import Glibc
#endif

/// How many files, sockets among them, this process may have open.
enum DescriptorLimit {
    /// What the defaults can take: connections to two stores, files of as many transfers, directories that are walked.
    private static let min: rlim_t = 256

    /// How many connections leave enough for everything else: the files of as many transfers, and those of the defaults.
    static var connections: Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 64 }
        return Int(Swift.min(limit.rlim_cur - Swift.min(limit.rlim_cur, 128), 1 << 20)) / 2
    }

    /// Takes what the system allows at most. Returns what to tell when that is too little: the runtime's own threads end
    /// the process without a word when they find no free descriptor.
    static func raise() -> String? {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return nil }
        guard limit.rlim_max >= min else {
            return "this process may have only \(limit.rlim_max) files open and needs \(min); "
                + "raise the limit (ulimit -n)"
        }
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        return nil
    }
}
