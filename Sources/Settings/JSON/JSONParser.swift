/// Parses JSON with comments, `/* … */` and `// …`, and records the position of every value.
///
/// Misfire has its own parser because errors must name a line and a column (docs/internals/decisions.md compares
/// other parsers). Apart from comments it is as strict as RFC 8259, so that a file with its comments removed is valid
/// JSON for other programs.
struct JSONParser {
  /// What is wrong, and where.
  struct Failure: Error, Hashable {
    let position: TextPosition
    let message: String
  }

  private let characters: [Unicode.Scalar]
  private var index = 0
  private var position = TextPosition()
  private var depth = 0

  /// Deeper texts are refused, because each level takes a stack frame.
  private static let maximumDepth = 32

  private init(_ text: String) { characters = Array(text.unicodeScalars) }

  /// Parses `bytes`, UTF-8 with exactly one value.
  static func parse(_ bytes: [UInt8]) throws(Failure) -> JSONNode {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw Failure(position: TextPosition(), message: "the file is not UTF-8 text")
    }
    var parser = JSONParser(text)
    if parser.next == "\u{feff}" { parser.index += 1 }
    try parser.skipSpace()
    let node = try parser.node()
    try parser.skipSpace()
    guard parser.next == nil else {
      throw parser.failure("nothing may follow the end of the settings")
    }
    return node
  }

  // MARK: Characters

  private var next: Unicode.Scalar? { index < characters.count ? characters[index] : nil }

  private func follows(_ text: String) -> Bool {
    characters[index...].starts(with: text.unicodeScalars)
  }

  @discardableResult private mutating func take() -> Unicode.Scalar? {
    guard let scalar = next else { return nil }
    index += 1
    if scalar == "\n" || scalar == "\r" && next != "\n" {
      position = TextPosition(line: position.line + 1)
    } else {
      position.column += 1
    }
    return scalar
  }

  private mutating func take(_ wanted: Unicode.Scalar) -> Bool {
    guard next == wanted else { return false }
    take()
    return true
  }

  private mutating func skipSpace() throws(Failure) {
    while let scalar = next {
      if [" ", "\t", "\r", "\n"].contains(scalar) {
        take()
      } else if follows("//") {
        while let inside = next, inside != "\n" && inside != "\r" { take() }
      } else if follows("/*") {
        let start = position
        take()
        take()
        while !follows("*/") {
          guard take() != nil else {
            throw Failure(position: start, message: "this comment has no end: */ is missing")
          }
        }
        take()
        take()
      } else if scalar == "#" {
        throw failure("# does not begin a comment: write // before it, or /* and */ around it")
      } else {
        return
      }
    }
  }

  private func failure(_ message: String) -> Failure {
    Failure(position: position, message: message)
  }

  /// What is at the current position, for messages.
  private var found: String {
    guard let next else { return "the end of the file" }
    return next.properties.isWhitespace ? "a space" : "“\(next)”"
  }

  // MARK: Values

  private mutating func node() throws(Failure) -> JSONNode {
    let start = position
    return JSONNode(value: try value(), position: start)
  }

  private mutating func value() throws(Failure) -> JSONNode.Value {
    switch next {
    case "{": .object(try members())
    case "[": .array(try elements())
    case "\"": .string(try string())
    case let digit? where digit == "-" || ("0"..."9").contains(digit): .number(try number())
    default: try word()
    }
  }

  private mutating func word() throws(Failure) -> JSONNode.Value {
    let start = position
    var word = ""
    while let scalar = next, scalar.properties.isAlphabetic || scalar == "_" {
      word.unicodeScalars.append(scalar)
      take()
    }
    switch word {
    case "true": return .bool(true)
    case "false": return .bool(false)
    case "null": return .null
    case "": throw failure("a value is missing before \(found)")
    case "True", "False", "None":
      throw Failure(
        position: start, message: "\(word) is Python; JSON writes true, false and null")
    case "NaN", "Infinity":
      throw Failure(position: start, message: "\(word) is Python; JSON has no such number")
    default:
      throw Failure(position: start, message: "\(word) needs quotation marks: \"\(word)\"")
    }
  }

  private mutating func number() throws(Failure) -> String {
    let start = position
    var digits = ""
    while let scalar = next, "+-.eE0123456789".unicodeScalars.contains(scalar) {
      digits.unicodeScalars.append(scalar)
      take()
    }
    if digits == "-", follows("Infinity") {
      throw Failure(position: start, message: "-Infinity is Python; JSON has no such number")
    }
    guard digits.wholeMatch(of: /-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?/) != nil else {
      throw Failure(position: start, message: "\(digits) is not a JSON number")
    }
    return digits
  }

  private mutating func members() throws(Failure) -> [JSONNode.Member] {
    var members: [JSONNode.Member] = []
    try list(from: "{", to: "}") { parser throws(Failure) in
      let start = parser.position
      guard parser.next == "\"" else {
        if let last = members.last { try parser.refuseDecimalComma(after: last) }
        throw parser.failure("a key in quotation marks is missing before \(parser.found)")
      }
      let key = try parser.string()
      if let first = members.first(where: { $0.key == key }) {
        throw Failure(
          position: start,
          message: "\"\(key)\" is given twice; it is first given in line \(first.position.line)")
      }
      try parser.skipSpace()
      guard parser.take(":") else {
        throw parser.failure("a colon is missing between \"\(key)\" and its value")
      }
      try parser.skipSpace()
      members.append(JSONNode.Member(key: key, position: start, node: try parser.node()))
    }
    return members
  }

  /// Throws the error for a decimal comma, as in `"C": 0,5`.
  private mutating func refuseDecimalComma(after member: JSONNode.Member) throws(Failure) {
    guard case .number(let whole) = member.node.value, let digit = next,
      ("0"..."9").contains(digit)
    else { return }
    let fraction = try number()
    throw Failure(
      position: member.node.position,
      message:
        "\"\(member.key)\" is \(whole),\(fraction); JSON uses a point: \(whole).\(fraction)")
  }

  private mutating func elements() throws(Failure) -> [JSONNode] {
    var elements: [JSONNode] = []
    try list(from: "[", to: "]") { parser throws(Failure) in
      elements.append(try parser.node())
    }
    return elements
  }

  /// Parses comma-separated items.
  private mutating func list(
    from opening: Unicode.Scalar, to closing: Unicode.Scalar,
    item: (inout JSONParser) throws(Failure) -> Void
  ) throws(Failure) {
    let start = position
    take()
    depth += 1
    guard depth <= Self.maximumDepth else {
      throw Failure(position: start, message: "more than \(Self.maximumDepth) brackets are open")
    }
    try skipSpace()
    while !take(closing) {
      guard next != nil else {
        throw Failure(position: start, message: "“\(opening)” has no “\(closing)”")
      }
      try item(&self)
      try skipSpace()
      let comma = position
      if take(",") {
        try skipSpace()
        guard next != closing else {
          throw Failure(position: comma, message: "nothing follows this comma; remove it")
        }
      } else if next != closing && next != nil {
        throw failure("a comma or “\(closing)” is missing before \(found)")
      }
    }
    depth -= 1
  }

  // MARK: Strings

  private mutating func string() throws(Failure) -> String {
    let start = position
    take()
    var text = ""
    while true {
      guard let scalar = take(), scalar != "\n" else {
        throw Failure(position: start, message: "this text has no closing quotation mark")
      }
      switch scalar {
      case "\"": return text
      case "\\": text.unicodeScalars.append(try escaped())
      case "\0"..."\u{1f}": throw failure("control characters must be written as \\u00xx")
      default: text.unicodeScalars.append(scalar)
      }
    }
  }

  private mutating func escaped() throws(Failure) -> Unicode.Scalar {
    let start = position
    let letter = take()
    switch letter {
    case "\"", "\\", "/": return letter!
    case "b": return "\u{8}"
    case "f": return "\u{c}"
    case "n": return "\n"
    case "r": return "\r"
    case "t": return "\t"
    case "u":
      let unit = try hexadecimal()
      if let scalar = Unicode.Scalar(unit) { return scalar }
      // Characters beyond the Basic Multilingual Plane are written as two \u escapes, a UTF-16 surrogate pair.
      if (0xd800..<0xdc00).contains(unit), take("\\"), take("u") {
        let low = try hexadecimal()
        if (0xdc00..<0xe000).contains(low),
          let scalar = Unicode.Scalar(0x10000 + (unit - 0xd800) << 10 + (low - 0xdc00))
        {
          return scalar
        }
      }
      throw Failure(position: start, message: "this \\u is not a character")
    default:
      throw Failure(position: start, message: "a backslash must be written \\\\")
    }
  }

  private mutating func hexadecimal() throws(Failure) -> UInt32 {
    let start = position
    var digits = ""
    for _ in 0..<4 {
      if let scalar = take() { digits.unicodeScalars.append(scalar) }
    }
    guard digits.count == 4, digits.allSatisfy(\.isHexDigit), let number = UInt32(digits, radix: 16)
    else {
      throw Failure(position: start, message: "\\u needs four hexadecimal digits")
    }
    return number
  }
}
