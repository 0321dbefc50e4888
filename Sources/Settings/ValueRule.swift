internal import Detection
internal import SystemPackage

/// The valid values of a key, in words and as code.
struct ValueRule<Value>: Sendable {
  /// Completes "it must be …": "a number above 1".
  let wanted: String
  /// The value; nil if the node does not match. Relative paths start at `folder`.
  let read: @Sendable (_ node: JSONNode, _ folder: FilePath) -> Value?
  /// The purpose of a path; nil if the value is not a path.
  let pathUse: PathUse?

  init(
    wanted: String, pathUse: PathUse? = nil,
    read: @escaping @Sendable (_ node: JSONNode, _ folder: FilePath) -> Value?
  ) {
    self.wanted = wanted
    self.pathUse = pathUse
    self.read = read
  }
}

extension ValueRule {
  /// Accepts what `rule` accepts, or null.
  static func orNull<Wrapped>(_ rule: ValueRule<Wrapped>) -> Self where Value == Wrapped? {
    ValueRule(wanted: "\(rule.wanted), or null", pathUse: rule.pathUse) { node, folder in
      node.value == .null ? .some(nil) : rule.read(node, folder).map(Optional.some)
    }
  }
}

extension ValueRule<Bool> {
  static var flag: ValueRule {
    ValueRule(wanted: "true or false") { node, _ in
      if case .bool(let flag) = node.value { flag } else { nil }
    }
  }
}

extension ValueRule<Int> {
  static func count(from least: Int) -> ValueRule {
    // Sums and products of two such numbers fit in an `Int`.
    ValueRule(wanted: "a whole number, at least \(least) and below 2³¹") { node, _ in
      node.integer.flatMap { (least..<1 << 31).contains($0) ? $0 : nil }
    }
  }

  static func count(in range: ClosedRange<Int>) -> ValueRule {
    ValueRule(wanted: "a whole number from \(range.lowerBound) to \(range.upperBound)") { node, _ in
      node.integer.flatMap { range.contains($0) ? $0 : nil }
    }
  }

  /// Accepts a number of bytes, plain or with a unit.
  static var memory: ValueRule {
    ValueRule(wanted: "a number of bytes, or a size such as \"512 MiB\" or \"2 GiB\"") { node, _ in
      switch node.value {
      case .number: node.integer.flatMap { $0 > 0 ? $0 : nil }
      case .string(let text): ByteCount(text)?.bytes
      default: nil
      }
    }
  }
}

extension ValueRule<KeptPictures> {
  static var keptPictures: ValueRule {
    ValueRule(
      wanted: "\"all\", \"misfired\", a size such as \"20 GiB\" or an age such as \"90 days\""
    ) { node, _ in
      guard case .string(let text) = node.value else { return nil }
      if text == "all" { return .all }
      if text == "misfired" { return .misfired }
      let words = text.split(separator: " ")
      if words.count == 2, ["day", "days"].contains(words[1]) {
        return Int(words[0]).flatMap { (1...100_000).contains($0) ? .days($0) : nil }
      }
      return ByteCount(text).map { .bytes($0.bytes) }
    }
  }
}

extension ValueRule<Double> {
  static var number: ValueRule {
    ValueRule(wanted: "a number") { node, _ in node.double }
  }

  static func number(above bound: Double) -> ValueRule {
    ValueRule(wanted: "a number above \(bound.short)") { node, _ in
      node.double.flatMap { $0 > bound ? $0 : nil }
    }
  }

  static func number(in range: ClosedRange<Double>) -> ValueRule {
    ValueRule(wanted: "a number from \(range.lowerBound.short) to \(range.upperBound.short)") {
      node, _ in node.double.flatMap { range.contains($0) ? $0 : nil }
    }
  }

  static func number(from least: Double, below bound: Double) -> ValueRule {
    ValueRule(wanted: "a number from \(least.short) up to but not including \(bound.short)") {
      node, _ in node.double.flatMap { (least..<bound).contains($0) ? $0 : nil }
    }
  }
}

extension ValueRule<String> {
  /// Accepts a name, or a whole number, which is kept as text.
  static var className: ValueRule {
    ValueRule(wanted: "a class's name in quotation marks, or its number") { node, _ in
      if case .string(let name) = node.value, !name.isEmpty { return name }
      return node.integer.map(String.init)
    }
  }
}

extension ValueRule<FilePath> {
  /// - Parameter use: the path's purpose, which decides what else can be there.
  static func path(_ use: PathUse) -> ValueRule {
    ValueRule(wanted: "a path in quotation marks", pathUse: use) { node, folder in
      guard case .string(let text) = node.value, !text.isEmpty, !text.contains("\0"),
        text.hintAboutPath == nil
      else { return nil }
      return folder.pushing(FilePath(text)).lexicallyNormalized()
    }
  }
}

extension String {
  /// What to write instead of a path that only a shell or a browser would follow; nil for a path.
  var hintAboutPath: String? {
    let literal = "\"./\(self)\" for a folder of that name"
    if hasPrefix("~") {
      let rest = drop { $0 != "/" }
      return
        "~ depends on the user: write the path out, as in \"/home/NAME\(rest)\", or \(literal)"
    }
    if hasPrefix("$") {
      return "variables are not replaced by their values: write the path out, or \(literal)"
    }
    if let address = wholeMatch(of: /([A-Za-z][A-Za-z0-9+.-]*):\/\/(.*)/) {
      let isLocal = address.1 == "file" && address.2.hasPrefix("/")
      return "this is an address" + (isLocal ? ": write \"\(address.2)\"" : ", not a path")
    }
    return nil
  }
}

extension ValueRule<GridSize> {
  static func rowsAndColumns(of unit: String) -> ValueRule {
    ValueRule(wanted: "[rows, columns] in \(unit), both from 1 to 16384") { node, _ in
      node.pair.map { GridSize(rows: $0.0, columns: $0.1) }
    }
  }
}

extension ValueRule<PixelSize> {
  static var widthAndHeight: ValueRule {
    ValueRule(wanted: "[width, height] in pixels, both from 1 to 16384") { node, _ in
      node.pair.map { PixelSize(width: $0.0, height: $0.1) }
    }
  }
}

extension ValueRule where Value: RawRepresentable<String> & CaseIterable & Sendable {
  /// Accepts one of a few words.
  static var oneOf: ValueRule {
    let names = Value.allCases.map { "\"\($0.rawValue)\"" }
    return ValueRule(wanted: "one of \(names.joined(separator: ", "))") { node, _ in
      if case .string(let name) = node.value { Value(rawValue: name) } else { nil }
    }
  }
}

extension ValueRule<ClassWeight> {
  static var classWeight: ValueRule {
    ValueRule(wanted: "null, \"balanced\" or {\"positive\": 2, \"negative\": 1}, both above 0") {
      node, _ in
      switch node.value {
      case .null: return ClassWeight.none
      case .string("balanced"): return .balanced
      case .object(let members):
        let weights = Dictionary(uniqueKeysWithValues: members.map { ($0.key, $0.node.double) })
        guard weights.count == 2, let positive = weights["positive"] ?? nil,
          let negative = weights["negative"] ?? nil, positive > 0, negative > 0
        else { return nil }
        return .weights(positive: positive, negative: negative)
      default: return nil
      }
    }
  }
}

extension JSONNode {
  fileprivate var double: Double? {
    guard case .number(let digits) = value, let number = Double(digits), number.isFinite else {
      return nil
    }
    return number
  }

  /// The whole number, even if written as 9.0 or 2e2; nil if the value is not one.
  fileprivate var integer: Int? {
    guard case .number(let digits) = value else { return nil }
    return Int(digits) ?? Double(digits).flatMap { Int(exactly: $0) }
  }

  /// Two whole numbers from 1 to 16384; nil if the value is not that.
  fileprivate var pair: (Int, Int)? {
    guard case .array(let nodes) = value, nodes.count == 2, let first = nodes[0].integer,
      let second = nodes[1].integer, min(first, second) >= 1, max(first, second) <= 1 << 14
    else { return nil }
    return (first, second)
  }
}

extension Double {
  /// The number without a fraction of zero: 2 rather than 2.0.
  var short: String { Int(exactly: self).map(String.init) ?? String(self) }
}
