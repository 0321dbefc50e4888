import Foundation
import Simulation
import Testing

@Suite struct `A simulated life` {
  /// It runs on threads of its own, because it takes a while.
  @Test(.timeLimit(.minutes(10)))
  func `of a thousand days, with all that can happen, breaks no rule`()
    async
  {
    let runs = SimulatedRuns(seeds: 1..<21, days: 50)
    let figures = await withCheckedContinuation { continuation in
      Thread { continuation.resume(returning: runs.run(threads: 2)) }.start()
    }
    print("simulated \(figures.text)")
    #expect(runs.violation == nil, "replay it: make simulate SEED=… DAYS=50")
    #expect(figures.simulated >= .seconds(86_400 * 1_000) || runs.violation != nil)
  }

  @Test func `is the same again with the same seed`() throws {
    let scenario = Scenario(seed: 7, days: 2)
    let lives = try (0..<2).map { _ in
      let simulation = Simulation(scenario)
      try simulation.run()
      return simulation.figures.text
    }
    #expect(lives[0] == lives[1])
  }
}

@Suite struct `Planted bugs` {
  /// `scripts/planted-bugs` plants these bugs; one that no longer fits the source would test nothing.
  @Test func `fit the scheduler as it is`() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(components: "..", "..").standardized
    let folder = root.appending(components: "Tests", "Simulation", "PlantedBugs")
    let bugs = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect(bugs.count >= 12)
    for bug in bugs {
      let lines = try String(contentsOf: folder.appending(component: bug), encoding: .utf8)
        .split(separator: "\n", omittingEmptySubsequences: false)
      let file = try #require(lines.first { $0.hasPrefix("+++ b/") }).dropFirst(6)
      let source = try String(contentsOf: root.appending(path: file), encoding: .utf8)
      for hunk in lines.dropFirst(2).split(whereSeparator: { $0.hasPrefix("@@") }) {
        let old = hunk.filter { $0.hasPrefix(" ") || $0.hasPrefix("-") }.map { $0.dropFirst() }
        #expect(source.contains(old.joined(separator: "\n")), "\(bug) does not fit \(file)")
      }
    }
  }
}
