/// A position in a text. Both numbers start at 1; columns count characters.
struct TextPosition: Hashable, Sendable {
  var line = 1
  var column = 1
}

/// One value of a JSON text, and its position.
struct JSONNode: Hashable, Sendable {
  indirect enum Value: Hashable, Sendable {
    case null
    case bool(Bool)
    /// As written, because JSON does not define the precision of numbers.
    case number(String)
    case string(String)
    case array([JSONNode])
    case object([Member])
  }

  /// One `"key": value` of an object.
  struct Member: Hashable, Sendable {
    let key: String
    let position: TextPosition
    let node: JSONNode
  }

  let value: Value
  let position: TextPosition
}

extension JSONNode: CustomStringConvertible {
  /// The value on one line, as JSON.
  var description: String {
    switch value {
    case .null: "null"
    case .bool(let flag): flag ? "true" : "false"
    case .number(let digits): digits
    case .string(let text): "\"\(text)\""
    case .array(let nodes): "[\(nodes.map(\.description).joined(separator: ", "))]"
    case .object(let members):
      "{\(members.map { "\"\($0.key)\": \($0.node)" }.joined(separator: ", "))}"
    }
  }
}
