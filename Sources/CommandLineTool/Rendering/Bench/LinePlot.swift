// Part of godwit. SPDX-License-Identifier: Apache-2.0

/// A plot of rates over numbers at once, as SVG: the number doubles with each step to the right.
struct LinePlot: Sendable {
    struct Line: Sendable {
        var name: String
        /// In ascending order of `x`, which is positive.
        var points: [(x: Double, y: Double)]
    }

    var title: String
    /// What the values are.
    var unit: String
    var lines: [Line]

    private static let (width, height) = (640.0, 300.0)
    private static let (left, right, top, bottom) = (64.0, 12.0, 34.0, 58.0)
    /// Colours that people tell apart whatever they see of red and green (Okabe and Ito, 2008).
    private static let colours = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"]

    var svg: String {
        let points = lines.flatMap(\.points)
        let xs = Set(points.map(\.x)).sorted()
        let yMax = Self.ceiling(points.map(\.y).max() ?? 0)
        guard xs.count > 1, yMax > 0 else { return "" }
        var text = "<svg viewBox=\"0 0 640 300\" role=\"img\"><title>\(MarkupText.escaped(title))</title>"
        text += Self.label(Self.left, 18, title, "start", "heading")
        for step in 0...4 {
            let value = yMax * Double(step) / 4, y = Self.y(value, yMax)
            text += "<path class=\"grid\" d=\"M\(Self.left) \(y)H\(Self.width - Self.right)\"/>"
            text += Self.label(Self.left - 6, y + 4, BenchText.rate(value), "end")
        }
        for x in xs { text += Self.label(Self.x(x, xs), Self.height - Self.bottom + 16, BenchText.count(x), "middle") }
        text += Self.label(Self.width - Self.right, 18, unit, "end")
        for (index, line) in lines.enumerated() {
            let colour = Self.colours[index % Self.colours.count]
            let places = line.points.map { (Self.x($0.x, xs), Self.y($0.y, yMax)) }
            let path = places.map { "\(Self.short($0.0)) \(Self.short($0.1))" }.joined(separator: "L")
            text += "<path fill=\"none\" stroke=\"\(colour)\" stroke-width=\"2\" d=\"M\(path)\"/>"
            for place in places {
                text +=
                    "<circle cx=\"\(Self.short(place.0))\" cy=\"\(Self.short(place.1))\" r=\"3\" fill=\"\(colour)\"/>"
            }
            let legend = Self.left + Double(index) * 96
            text += "<rect x=\"\(legend)\" y=\"\(Self.height - 22)\" width=\"12\" height=\"12\" fill=\"\(colour)\"/>"
            text += Self.label(legend + 17, Self.height - 12, line.name, "start")
        }
        return text + "</svg>\n"
    }

    private static func x(_ value: Double, _ all: [Double]) -> Double {
        let place = Double(all.firstIndex(of: value) ?? 0) / Double(all.count - 1)
        return left + 10 + place * (width - left - right - 20)
    }

    private static func y(_ value: Double, _ max: Double) -> Double {
        height - bottom - value / max * (height - top - bottom)
    }

    /// The next of 1, 2, 4, 5 or 8 times a power of ten.
    private static func ceiling(_ value: Double) -> Double {
        guard value > 0, value.isFinite else { return 0 }
        var power = 1.0
        while power * 10 <= value { power *= 10 }
        while power > value { power /= 10 }
        return ([1, 2, 4, 5, 8, 10].first { $0 * power >= value } ?? 10) * power
    }

    private static func label(
        _ x: Double, _ y: Double, _ text: String, _ anchor: String, _ style: String = "label"
    ) -> String {
        "<text class=\"\(style)\" x=\"\(short(x))\" y=\"\(short(y))\" text-anchor=\"\(anchor)\">"
            + "\(MarkupText.escaped(text))</text>"
    }

    private static func short(_ value: Double) -> String { DecimalText.fixed(value, 1) }
}
