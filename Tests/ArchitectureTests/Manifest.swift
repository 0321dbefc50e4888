import Foundation
import TestSupport

/// The targets in Package.swift, read as text: asking SwiftPM from a test that it runs would wait for SwiftPM's lock.
struct Manifest {
  struct Target {
    let kind: String
    let name: String
    /// Relative to the package's folder.
    let folder: String
    /// The last `// Floor: …` above it.
    let floor: String
    /// Targets and products of other packages, by their import names.
    let dependencies: [String]

    var isRoom: Bool { folder.hasPrefix("Sources/") }
  }

  /// In the order of Package.swift.
  let targets: [Target]

  init() throws {
    let file = Python.packageFolder.appending(path: "Package.swift")
    let text = try String(contentsOf: file, encoding: .utf8)
      .replacing(/\n *\/\/ (?!Floor: ).*/, with: "")
    let products = Dictionary(
      uniqueKeysWithValues: text.matches(
        of: /let (\w+) = Target\.Dependency\.product\(\s*name: "(\w+)"/
      ).map { (String($0.1), String($0.2)) })

    let marks = text.matches(
      of: /\/\/ Floor: (?<floor>.+)\.|\.(?<kind>target|executableTarget|testTarget|systemLibrary)\(/
    )
    let ends = marks.dropFirst().map(\.range.lowerBound) + [text.endIndex]
    var floor = ""
    var targets: [Target] = []
    for (mark, end) in zip(marks, ends) {
      guard let kind = mark.kind else {
        floor = String(mark.floor ?? "")
        continue
      }
      let body = text[mark.range.upperBound..<end]
      guard let name = body.firstMatch(of: /^\s*name: "([^"]+)"/)?.1 else { continue }
      let dependencies = body.firstMatch(of: /dependencies: \[([^\]]*)\]/)?.1 ?? ""
      targets.append(
        Target(
          kind: String(kind), name: String(name),
          folder: body.firstMatch(of: /path: "([^"]+)"/).map { String($0.1) }
            ?? (kind == "testTarget" ? "Tests/" : "Sources/") + String(name),
          floor: floor,
          dependencies: dependencies.matches(of: /"([^"]+)"|(\w+)/).map {
            products[String($0.0)] ?? String($0.1 ?? $0.0)
          }))
    }
    self.targets = targets
  }

  var rooms: [Target] { targets.filter(\.isRoom) }

  /// The Swift files of a target that name a type, in code and not in comments, text or imports.
  func files(of target: Target, naming type: String) throws -> [String] {
    let folder = Python.packageFolder.appending(path: target.folder)
    // The simple kind: to the other one `Settings.keys` is one word.
    let name = try Regex("\\b\(type)\\b").wordBoundaryKind(.simple)
    return try FileManager.default.subpathsOfDirectory(atPath: folder.path)
      .filter { $0.hasSuffix(".swift") }
      .filter { file in
        try String(contentsOf: folder.appending(path: file), encoding: .utf8)
          .replacing(/(?s)""".*?"""|"[^"\n]*"|\/\/[^\n]*|import \w+/, with: "").contains(name)
      }
      .map { "\(target.folder)/\($0)" }.sorted()
  }

  /// What the Swift files of a target import; nil where it has none.
  func imports(of target: Target) throws -> Set<String>? {
    let folder = Python.packageFolder.appending(path: target.folder)
    let files = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
      .filter { $0.hasSuffix(".swift") }
    guard !files.isEmpty else { return nil }
    return try files.reduce(into: []) { modules, file in
      let text = try String(contentsOf: folder.appending(path: file), encoding: .utf8)
      modules.formUnion(
        text.matches(of: /(?:^|\n) *(?:@\w+ )?(?:public |package |internal )?import (\w+)/).map {
          String($0.1)
        })
    }
  }
}
