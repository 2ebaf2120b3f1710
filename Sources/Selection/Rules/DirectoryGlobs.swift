// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// Which directories must be entered to find what an include pattern can match.
enum DirectoryGlobs {
    /// The patterns of those directories, each ending in `/`: the pattern cut at each `/` and `**`. A pattern too hard
    /// to cut gives one that every directory matches.
    static func directories(of glob: String) -> [String] {
        var scalars = Array(glob.unicodeScalars)
        guard !isTooHard(scalars) else { return ["/**"] }
        scalars = squashingSlashes(scalars)
        var result = [String]()
        while let cut = lastCut(in: scalars) {
            scalars.removeSubrange(cut.index...)
            let directory = String(String.UnicodeScalarView(scalars)) + (cut.isStars ? "**/" : "/")
            if result.last != directory { result.append(directory) }
        }
        return result.isEmpty ? ["/**"] : result
    }

    private static func lastCut(in scalars: [Unicode.Scalar]) -> (index: Int, isStars: Bool)? {
        for index in scalars.indices.reversed() {
            if scalars[index] == "/" { return (index, false) }
            if scalars[index] == "*", index + 1 < scalars.count, scalars[index + 1] == "*" { return (index, true) }
        }
        return nil
    }

    /// Whether `/` or `**` stands within braces, or braces within braces, or a regular expression is used.
    private static func isTooHard(_ scalars: [Unicode.Scalar]) -> Bool {
        var isOpen = false, isCrossing = false
        for (index, scalar) in scalars.enumerated() {
            let follower = index + 1 < scalars.count ? scalars[index + 1] : nil
            switch scalar {
            case "{":
                if isOpen || follower == "{" { return true }
                isOpen = true
                isCrossing = false
            case "}":
                if isOpen && isCrossing || follower == "}" { return true }
                isOpen = false
            case "/": isCrossing = true
            case "*" where follower == "*": isCrossing = true
            default: break
            }
        }
        return false
    }

    private static func squashingSlashes(_ scalars: [Unicode.Scalar]) -> [Unicode.Scalar] {
        var result = [Unicode.Scalar]()
        for scalar in scalars where scalar != "/" || result.last != "/" { result.append(scalar) }
        return result
    }
}
