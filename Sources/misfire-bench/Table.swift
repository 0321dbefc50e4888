import Foundation

/// The rows of the report, as Markdown.
struct Table {
  private var rows: [[String]] = [["what", "measured", "against", "ratio", "goal"]]

  mutating func add(
    _ what: String, _ measured: String, against: String, ratio: String, goal: String
  ) {
    rows.append([what, measured, against, ratio, goal])
  }

  var text: String {
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max()! }
    func line(_ row: [String]) -> String {
      "| "
        + zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }
        .joined(separator: " | ") + " |"
    }
    let rule =
      "|" + widths.map { String(repeating: "-", count: $0 + 2) }.joined(separator: "|") + "|"
    return ([line(rows[0]), rule] + rows.dropFirst().map(line)).joined(separator: "\n")
  }
}

/// `value` with `places` decimal places.
func fixed(_ value: Double, _ places: Int) -> String {
  String(format: "%.\(places)f", value)
}
