internal import SystemPackage

/// One key of the settings file: its name, what it takes, what it means.
///
/// Reading, refusing, the reference and the complete example all come from this one description.
public struct SettingsKey: Sendable {
  public let name: String
  /// "a number above 1": completes "it must be …".
  public let wanted: String
  /// What holds where the key is left out, as JSON or in words; nil where the key cannot be left out.
  public let standard: String?
  /// A value for the complete example, as JSON.
  public let example: String
  /// Whether the default is the machine's, so that the example would be worse than leaving the key out.
  public let dependsOnMachine: Bool
  /// Half a sentence.
  public let meaning: String

  let property: any PartialKeyPath<Settings> & Sendable
  /// Stores the node's value; false where the node is not what is wanted.
  let store: @Sendable (_ node: JSONNode, _ settings: inout Settings) -> Bool

  /// - Parameter example: where it is nil, `standard` stands in.
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
    store = { node, settings in
      guard let value = rule.read(node, settings.folder) else { return false }
      settings[keyPath: property] = value
      return true
    }
  }
}

/// Keys that belong together.
public struct SettingsSection: Sendable {
  public let title: String
  public let keys: [SettingsKey]
}
