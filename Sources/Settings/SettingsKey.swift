internal import SystemPackage

/// A key of the settings file: its name, valid values and meaning.
///
/// Parsing, error messages, the reference and the complete example are all generated from this one description.
struct SettingsKey: Sendable {
  let name: String
  /// Completes "it must be …": "a number above 1".
  let wanted: String
  /// The default, as JSON or in words; nil if the key is required.
  let standard: String?
  /// A value for the complete example, as JSON.
  let example: String
  /// Whether the default depends on the machine, in which case leaving the key out is better than the example's
  /// value.
  let dependsOnMachine: Bool
  /// Half a sentence for the reference.
  let meaning: String
  /// The path's purpose; nil if the key is not a path.
  let pathUse: PathUse?

  let property: any PartialKeyPath<Settings> & Sendable
  /// Stores the node's value; false if the node does not match. Relative paths start at `folder`.
  let store: @Sendable (_ node: JSONNode, _ folder: FilePath, _ settings: inout Settings) -> Bool

  /// - Parameter example: nil to use `standard`.
  init<Value>(
    _ name: String, _ property: any WritableKeyPath<Settings, Value> & Sendable,
    _ rule: ValueRule<Value>, standard: String?, example: String? = nil,
    dependsOnMachine: Bool = false, _ meaning: String
  ) {
    precondition(example ?? standard != nil, "\(name) has no example")
    self.name = name
    self.property = property
    self.wanted = rule.wanted
    self.standard = standard
    self.example = example ?? standard!
    self.dependsOnMachine = dependsOnMachine
    self.meaning = meaning
    pathUse = rule.pathUse
    store = { node, folder, settings in
      guard let value = rule.read(node, folder) else { return false }
      settings[keyPath: property] = value
      return true
    }
  }
}

extension SettingsKey {
  /// A hint about a refused value; usually empty.
  func hint(about node: JSONNode) -> String {
    guard pathUse != nil, case .string(let text) = node.value, let hint = text.hintAboutPath else {
      return ""
    }
    return "; \(hint)"
  }

  /// The path that these settings have for this key; nil if there is none.
  func path(in settings: Settings) -> FilePath? {
    settings[keyPath: property as PartialKeyPath<Settings>] as? FilePath
  }
}

/// Keys that belong together.
struct SettingsSection: Sendable {
  let title: String
  let keys: [SettingsKey]
}
