extension String {
  /// The text with characters escaped that control a terminal or change the direction of writing: `\u{1B}`, and `\n` for a
  /// new line.
  ///
  /// Names and reasons come from anybody, and may contain any character: so none can colour a terminal, hide what follows,
  /// or imitate another line of a log.
  package var printable: String { printable(keepingLines: false) }

  /// - Parameter keepingLines: keeps new lines, for a text of several.
  package func printable(keepingLines: Bool) -> String {
    guard unicodeScalars.contains(where: \.steers) else { return self }
    var text = ""
    for scalar in unicodeScalars {
      switch scalar {
      case "\n": text += keepingLines ? "\n" : "\\n"
      case _ where scalar.steers: text += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text
  }
}

extension Unicode.Scalar {
  /// Whether it is a control character, a line separator, or one that changes the direction of writing.
  fileprivate var steers: Bool {
    switch value {
    case 0...0x1F, 0x7F...0x9F, 0x200E...0x200F, 0x2028...0x202E, 0x2066...0x2069: true
    default: false
    }
  }
}
