import Durable
import Foundation
import TestSupport
import Testing

@Suite struct `The page on debugging` {
  @Test func `names each fault point beside the files that reach it`() throws {
    let names = Set(FaultPoint.allCases.map { "\($0)" })
    let page = try text("docs/internals/debugging.md")
    let rows = page.matches(of: #/\n\| ([\w, ]+) \| \[.+?\]\(\.\./\.\./(Sources/[^)]+)\) \|/#)
    let told = rows.flatMap { row in row.1.split(separator: ", ").map { "\($0) in \(row.2)" } }

    let sources = Python.packageFolder.appending(path: "Sources").path
    let files = try FileManager.default.subpathsOfDirectory(atPath: sources)
    let reached = try files.filter { $0.hasSuffix(".swift") }.flatMap { file in
      try text("Sources/\(file)").matches(of: /FaultPoint\.reach\(.*/)
        .flatMap { $0.output.matches(of: /\.(\w+)/).map { String($0.output.1) } }
        .filter(names.contains).map { "\($0) in Sources/\(file)" }
    }
    #expect(Set(told) == Set(reached))
    #expect(Set(told.compactMap { $0.split(separator: " ").first.map(String.init) }) == names)
    #expect(page.contains("The \(names.count) steps"))
  }

  private func text(_ path: String) throws -> String {
    try String(contentsOf: Python.packageFolder.appending(path: path), encoding: .utf8)
  }
}
