/// Text with markup. Anything interpolated into it is plain text, and shown as it is, unless it is HTML itself.
///
/// Every element is closed, so that it is well-formed XML as well.
package struct HTML: ExpressibleByStringInterpolation, CustomStringConvertible, Sendable {
  package let description: String

  package init(stringLiteral markup: String) {
    description = markup
  }

  package init(stringInterpolation: StringInterpolation) {
    description = stringInterpolation.markup
  }

  /// A sentence, with what stands between backquotes as code.
  package static func sentence(_ text: String) -> HTML {
    let parts = text.split(separator: "`", omittingEmptySubsequences: false)
    let shown = parts.enumerated().map { index, part in
      index.isMultiple(of: 2) ? "\(part)" : "<code>\(part)</code>" as HTML
    }
    return "\(shown)"
  }

  /// A table that becomes a list on narrow screens, each cell after its column's name.
  /// - Parameters:
  ///   - words: the columns that contain text instead of numbers.
  ///   - rows: a cell for each column.
  package static func table(_ columns: [String], words: Set<String>, _ rows: [[HTML]]) -> HTML {
    func mark(_ column: String) -> HTML { words.contains(column) ? " class=\"words\"" : "" }
    let heads: [HTML] = columns.map { "<th scope=\"col\"\(mark($0))>\($0)</th>" }
    let lines: [HTML] = rows.map { row in
      let cells: [HTML] = zip(columns, row).map { column, cell in
        "<td data-label=\"\(column)\"\(mark(column))>\(cell)</td>"
      }
      return "<tr>\(cells)</tr>\n"
    }
    return """
      <table class="wide-table">
      <thead><tr>\(heads)</tr></thead>
      <tbody>
      \(lines)</tbody></table>

      """
  }

  package struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var markup = ""

    package init(literalCapacity: Int, interpolationCount: Int) {}

    package mutating func appendLiteral(_ literal: String) { markup += literal }

    package mutating func appendInterpolation(_ html: HTML) { markup += html.description }

    package mutating func appendInterpolation(_ parts: [HTML]) {
      for part in parts { markup += part.description }
    }

    package mutating func appendInterpolation(_ text: some CustomStringConvertible) {
      for character in text.description.unicodeScalars {
        switch character {
        case "&": markup += "&amp;"
        case "<": markup += "&lt;"
        case ">": markup += "&gt;"
        case "\"": markup += "&quot;"
        case "\t", "\n", "\u{20}"..."\u{fffd}", "\u{10000}"...:
          markup.unicodeScalars.append(character)
        // File names may contain characters that are not allowed in a page.
        default: markup.unicodeScalars.append("\u{fffd}")
        }
      }
    }
  }
}
