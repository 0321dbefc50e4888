import Foundation
import TestSupport
import Testing

@Suite struct `The arrows between targets` {
  private let manifest: Manifest

  init() throws {
    manifest = try Manifest()
  }

  @Test func `lead from and to what lies in Sources`() throws {
    let folders = try FileManager.default.contentsOfDirectory(
      atPath: Python.packageFolder.appending(path: "Sources").path)
    #expect(manifest.rooms.map(\.name).sorted() == folders.sorted())
  }

  /// A target of Sources depends only on targets below it in Package.swift, and never on one of Tests.
  @Test func `never point up`() {
    var above: Set<String> = Set(manifest.targets.filter { !$0.isRoom }.map(\.name))
    for room in manifest.rooms {
      above.insert(room.name)
      let pointingUp = room.dependencies.filter(above.contains)
      #expect(pointingUp == [], "\(room.name) does not stand above these in Package.swift")
    }
  }

  /// `--explicit-target-dependency-import-check error` should check this, but with it Swift 6.3.1 reports nothing.
  @Test func `lead to all that is imported`() throws {
    let known = Set(manifest.targets.flatMap { [$0.name] + $0.dependencies })
    for target in manifest.targets {
      let imported = try manifest.imports(of: target) ?? []
      let undeclared = imported.intersection(known).subtracting(target.dependencies)
      #expect(undeclared == [], "\(target.name) does not declare these in Package.swift")
    }
  }

  @Test func `lead to nothing that is not imported`() throws {
    // Tests start commands, which must have been built.
    let started = Set(manifest.targets.filter { $0.kind == "executableTarget" }.map(\.name))
    for target in manifest.targets {
      guard let imported = try manifest.imports(of: target) else { continue }
      let unused = target.dependencies.filter {
        !imported.contains($0) && !started.contains($0)
      }
      #expect(unused == [], "\(target.name) declares these and imports them nowhere")
    }
  }

  /// CLinux declares kernel interfaces, which are not a library and have no wrapper.
  @Test func `lead to each C library from its wrapper alone`() throws {
    let swift = try manifest.rooms.filter { try manifest.imports(of: $0) != nil }
    let names = Set(swift.map(\.name))
    for library in manifest.rooms where !names.contains(library.name) && library.name != "CLinux" {
      let importers = swift.filter { $0.dependencies.contains(library.name) }.map(\.name)
      #expect(importers.count == 1, "\(importers) import \(library.name)")
    }
  }

  /// `MISFIRE_WRITE_REFERENCE=1 swift test` redraws them.
  @Test func `are those that ARCHITECTURE shows`() throws {
    let url = Python.packageFolder.appending(path: "ARCHITECTURE.md")
    let page = try String(contentsOf: url, encoding: .utf8)
    let drawing = try #require(
      page.firstMatch(of: /(?s)<!-- arrows: .*? -->\n(.*?)<!-- end of the arrows -->/))
    let isCurrent = String(drawing.1) == manifest.drawing
    if !isCurrent, ProcessInfo.processInfo.environment["MISFIRE_WRITE_REFERENCE"] != nil {
      let drawn = page.replacingCharacters(
        in: drawing.1.startIndex..<drawing.1.endIndex, with: manifest.drawing)
      return try drawn.write(to: url, atomically: true, encoding: .utf8)
    }
    #expect(
      isCurrent,
      """
      ARCHITECTURE.md does not show what Package.swift says: \
      MISFIRE_WRITE_REFERENCE=1 scripts/run-tests --filter ArchitectureTests
      """)
  }
}

@Suite struct `The settings` {
  private let manifest: Manifest

  init() throws {
    manifest = try Manifest()
  }

  /// The targets that drive the others.
  private static let drivers: Set = [
    "misfire", "misfired", "misfire-bench", "Daemon", "Scheduling",
  ]
  /// Files of other targets that hold or make a whole detector. This list only shrinks: a part takes the values that
  /// it needs, so that its parameters show what it depends on.
  private static let holders: Set = [
    "Sources/Detecting/ObjectFinder.swift", "Sources/Mining/Miner.swift",
    "Sources/Serving/Pages.swift", "Sources/Serving/WebServer.swift",
    "Sources/Sharding/ShardMining.swift", "Sources/Training/Extraction.swift",
  ]

  @Test func `are held as a whole by the commands, the daemon and a few files`() throws {
    let rooms = manifest.rooms.filter { $0.name != "Settings" && !Self.drivers.contains($0.name) }
    let holders = try rooms.flatMap { try manifest.files(of: $0, naming: "Setup") }
    #expect(Set(holders) == Self.holders)
  }

  @Test func `are read key by key in their own target alone`() throws {
    let rooms = manifest.rooms.filter { $0.name != "Settings" }
    #expect(try rooms.flatMap { try manifest.files(of: $0, naming: "Settings") } == [])
  }
}

extension Manifest {
  /// A table of the targets, floor by floor.
  fileprivate var drawing: String {
    let rooms = rooms
    let names = rooms.map(\.name)
    var lines = ["", "| target | may import | C, and other packages |", "|---|---|---|"]
    var floor = ""
    for room in rooms where !room.name.isCModule || !room.dependencies.isEmpty {
      if room.floor != floor {
        floor = room.floor
        lines.append("| *\(floor)* | | |")
      }
      // From the top down, whatever the order in Package.swift.
      let inside = names.filter { room.dependencies.contains($0) && !$0.isCModule }
      let outside = room.dependencies.filter { $0.isCModule || !names.contains($0) }.sorted()
      lines.append(
        "| \(room.name) | \(inside.joined(separator: ", ")) | \(outside.joined(separator: ", ")) |")
    }
    return lines.joined(separator: "\n") + "\n\n"
  }
}

extension String {
  /// Matches names like CKernels, but not Corpus.
  fileprivate var isCModule: Bool { wholeMatch(of: /C[A-Z].*/) != nil }
}
