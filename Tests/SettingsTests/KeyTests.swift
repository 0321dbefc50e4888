import SystemPackage
import Testing

@testable import Settings

/// Checks what a person who adds a key could forget.
@Suite struct `The table of keys` {
  /// Properties that belong to no key: where the settings come from.
  static let others: Set = ["path", "folder", "keysFromWorkingFolder"]
  private let properties = Mirror(reflecting: Settings(path: "/conf/misfire.json")).children
    .filter { !others.contains($0.label ?? "") }

  @Test func `has one key for each property, of the same name`() {
    let names = properties.map { $0.label!.lowercased() }
    let keys = Settings.keys.map { $0.name.filter { $0 != "_" }.lowercased() }
    #expect(names.sorted() == keys.sorted())
  }

  /// Only its use decides where a path can be, so a path without a use would not be checked.
  @Test func `says of each path what it is for`() {
    for property in properties {
      let key = Settings.keys.first {
        $0.name.filter { $0 != "_" }.lowercased() == property.label!.lowercased()
      }
      let isPath = property.value is FilePath || type(of: property.value) == FilePath?.self
      #expect((key?.pathUse != nil) == isPath, "\(property.label!)")
    }
  }

  /// Various values, of which each key accepts one that is not its default.
  static let values = [
    "true", "false", "1", "3", "0.25", "7", "\"balanced\"", "\"union\"", "\"L2\"", "\"opencv\"",
    "\"misfired\"",
    "\"elsewhere\"", "[8, 8]", "[1, 1]", "[64, 64]",
  ]

  /// A key that is never resolved would be read and change nothing.
  @Test(arguments: Settings.keys.map(\.name))
  func `hands each key on to a part that needs it`(name: String) throws {
    let key = try #require(Settings.keys.first { $0.name == name })
    // Some keys only apply to OpenCV's descriptor.
    let bases = try ["", #", "descriptor": "opencv""#].map {
      try Settings.parse(Array("{ \(required)\($0) }".utf8), path: "/conf/misfire.json")
    }
    let nodes = try Self.values.map { try JSONParser.parse(Array($0.utf8)) }
    let isHandedOn = bases.contains { base in
      nodes.contains { node in
        var changed = base
        return key.store(node, base.folder, &changed) && changed.setup != base.setup
      }
    }
    #expect(isHandedOn)
  }
}
