// Part of godwit. SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
    import Glibc
#endif

/// What tells one process of one machine from all others, also after its number was given to another one.
package struct ProcessIdentity: Sendable, Hashable {
    package var host: String
    /// Names one start of the kernel.
    package var boot: String
    /// The namespace in which ``number`` means something: a container has its own.
    package var namespace: String
    package var number: Int32
    /// When the kernel started it, in ticks since the boot.
    package var started: UInt64

    package init(host: String, boot: String, namespace: String, number: Int32, started: UInt64) {
        self.host = host
        self.boot = boot
        self.namespace = namespace
        self.number = number
        self.started = started
    }

    /// This process.
    package static let current = ProcessIdentity(number: getpid())

    /// The process of this number, as it is now.
    init(number: Int32) {
        var name = [CChar](repeating: 0, count: 256)
        if gethostname(&name, name.count - 1) != 0 { name[0] = 0 }
        var link = [CChar](repeating: 0, count: 128)
        if readlink("/proc/self/ns/pid", &link, link.count - 1) < 0 { link[0] = 0 }
        self.init(
            host: Self.text(name), boot: SmallFile.text(at: "/proc/sys/kernel/random/boot_id").map(Self.trimmed) ?? "",
            namespace: Self.text(link), number: number, started: Self.startTime(of: number) ?? 0)
    }

    /// Whether the process has certainly ended, as `observer` sees it. `isAlone`: the observer holds a lock of this
    /// machine that the process held while it ran.
    func isDead(seenBy observer: ProcessIdentity, isAlone: Bool) -> Bool {
        guard !boot.isEmpty, boot == observer.boot else { return host == observer.host }
        if isAlone { return true }
        guard namespace == observer.namespace else { return false }
        return Self.startTime(of: number) != started
    }

    /// Nil when there is no such process. The 22nd field of proc(5)'s stat; the second, a name, may hold anything.
    private static func startTime(of number: Int32) -> UInt64? {
        guard let text = SmallFile.text(at: "/proc/\(number)/stat"), let end = text.lastIndex(of: ")") else {
            return nil
        }
        let fields = text[text.index(after: end)...].split(separator: " ")
        // A process that has ended and that nobody has waited for yet.
        guard fields.count > 19, fields[0] != "Z", fields[0] != "X" else { return nil }
        return UInt64(fields[19])
    }

    private static func text(_ characters: [CChar]) -> String {
        String(decoding: characters.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    private static func trimmed(_ text: String) -> String { text.filter { !$0.isWhitespace } }
}
