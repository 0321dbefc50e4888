/// Text with markup. What is interpolated into it is plain text, and shown as it is, unless it is HTML itself.
///
/// Every element is closed, so that it is well-formed XML as well.
struct HTML: ExpressibleByStringInterpolation, CustomStringConvertible {
  let description: String

  init(stringLiteral markup: String) {
    description = markup
  }

  init(stringInterpolation: StringInterpolation) {
    description = stringInterpolation.markup
  }

  struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var markup = ""

    init(literalCapacity: Int, interpolationCount: Int) {}

    mutating func appendLiteral(_ literal: String) { markup += literal }

    mutating func appendInterpolation(_ html: HTML) { markup += html.description }

    mutating func appendInterpolation(_ parts: [HTML]) {
      for part in parts { markup += part.description }
    }

    mutating func appendInterpolation(_ text: some CustomStringConvertible) {
      for character in text.description.unicodeScalars {
        switch character {
        case "&": markup += "&amp;"
        case "<": markup += "&lt;"
        case ">": markup += "&gt;"
        case "\"": markup += "&quot;"
        case "\t", "\n", "\u{20}"..."\u{fffd}", "\u{10000}"...:
          markup.unicodeScalars.append(character)
        // Names of files may hold what no page may.
        default: markup.unicodeScalars.append("\u{fffd}")
        }
      }
    }
  }
}
