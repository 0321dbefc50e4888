/// The value of a key that not every command needs.
package struct Needed<Value: Hashable & Sendable>: Hashable, Sendable {
  /// Nil if the settings do not set it.
  package let value: Value?
  private let missing: SettingsError

  init(_ value: Value?, orElse missing: SettingsError) {
    self.value = value
    self.missing = missing
  }

  /// - Throws: an error that names the key, if the settings do not set it.
  package func get() throws(SettingsError) -> Value {
    guard let value else { throw missing }
    return value
  }
}
