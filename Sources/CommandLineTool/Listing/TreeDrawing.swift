// Part of godwit. SPDX-License-Identifier: Apache-2.0

internal import StorageModel

/// Draws paths as a tree; pure. The whole tree is held, as whether a branch goes on shows only at its end.
struct TreeDrawing {
    private final class Node {
        var children: [ObjectKey: Node] = [:]
        var size: Int64 = 0
        var isDirectory = true
    }

    var showsSizes = false
    private let root = Node()

    init(showsSizes: Bool) { self.showsSizes = showsSizes }

    /// Adds an object or a directory by its path.
    mutating func add(_ path: ObjectKey, isDirectory: Bool, size: Int64) {
        var node = root
        root.size += max(0, size)
        var rest = path.bytes
        while true {
            let slash = rest.firstIndex(of: UInt8(ascii: "/"))
            let name = ObjectKey(rest.prefix(slash ?? rest.count)).detached()
            let isLast = slash == nil
            let child: Node
            if let known = node.children[name] {
                child = known
            } else {
                child = Node()
                node.children[name] = child
                child.isDirectory = !isLast || isDirectory
            }
            child.size += max(0, size)
            guard let slash else { return }
            rest = rest.dropFirst(slash + 1)
            node = child
        }
    }

    /// The lines of a tree, without breaks, and how much they show.
    struct Drawn {
        var lines: [[UInt8]]
        var directories = 0, files = 0
    }

    /// The tree down to `level` if that is given.
    func drawn(level: Int?) -> Drawn {
        var drawn = Drawn(lines: [label(root, Array("/".utf8))])
        draw(root, indent: "", level: level ?? .max, &drawn)
        return drawn
    }

    private func draw(_ node: Node, indent: String, level: Int, _ drawn: inout Drawn) {
        guard level > 0 else { return }
        let names = node.children.keys.sorted()
        for (index, name) in names.enumerated() {
            guard let child = node.children[name] else { continue }
            let isLast = index == names.count - 1
            if child.isDirectory { drawn.directories += 1 } else { drawn.files += 1 }
            drawn.lines.append(Array((indent + (isLast ? "└── " : "├── ")).utf8) + label(child, NameText.line(name)))
            draw(child, indent: indent + (isLast ? "    " : "│   "), level: level - 1, &drawn)
        }
    }

    private func label(_ node: Node, _ name: [UInt8]) -> [UInt8] {
        showsSizes ? Array("[\(DecimalText.right(String(node.size), 11))]  ".utf8) + name : name
    }
}
