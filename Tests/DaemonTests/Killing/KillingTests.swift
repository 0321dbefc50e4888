import Durable
import Foundation
import SystemPackage
import TestSupport
import Testing

/// `kill -9` at random times and after every named step, compared with a run without kills.
@Suite(.timeLimit(.minutes(60))) struct `Killing misfired` {
  /// What a run without kills leaves after the acts whose outcome does not depend on timing.
  private struct Peace: Sendable {
    let template: KilledSite.Template
    let findings: Set<String>

    static let shared = Task {
      let folder = FilePath(Command.folder.appending(component: "killed-site").path)
      try? FileManager.default.removeItem(atPath: folder.string)
      let template = try KilledSite.makeTemplate(folder)
      var site = try KilledSite(folder.appending("undisturbed"), copying: template)
      for act in [Act.mining, .remining] {
        try site.begin(act)
        try await site.finish(act)
      }
      return Peace(template: template, findings: try Evidence().findings(of: site.site.folder))
    }
  }

  @Test func `happens at every named step`() {
    // Other suites kill at the remaining steps: `Forgetting by hand`, `Clearing up`, `Keeping models` and `Unfinished
    // work`.
    #expect(
      Set(
        Act.allCases.flatMap { $0.steps + $0.stepsOfSegments } + [
          .takenBack, .deletingRecorded, .picturesDeleted, .modelsDeleted, .segmentsMerged,
          .segmentRemoved,
        ])
        == Set(FaultPoint.allCases))
  }

  /// 42 kills per seed, 44 if the feature file has segments: 214 in `make test`, 2,140 in `make soak`.
  @Test(arguments: 1...5 as ClosedRange<UInt64>)
  func `loses nothing, doubles nothing and leaves every file whole`(seed: UInt64) async throws {
    for round in 0..<(Soak.isRunning ? 10 : 1) as Range<UInt64> {
      try await live(seed: seed + 100 * round)
    }
  }

  private func live(seed: UInt64) async throws {
    let peace = try await Peace.shared.value
    try await withTemporaryFolder { folder in
      var random = SeededGenerator(seed: seed)
      let isGrown = seed.isMultiple(of: 2)
      var site = try KilledSite(
        folder.appending("site"), copying: peace.template, isGrown: isGrown)
      let evidence = try Evidence()
      var killCount = 0
      for act in Act.allCases {
        try site.begin(act)
        var moments = act.moments(isGrown: isGrown, using: &random)
        // Retry a step that was not reached because an earlier kill left nothing to do.
        var patience = 20
        while let moment = moments.popLast() {
          let isAtWork = try await site.kill(at: moment, in: act)
          if isAtWork {
            killCount += 1
          } else if patience > 0 {
            moments.insert(moment, at: 0)
            patience -= 1
          } else {
            Issue.record("never reached \(moment), seed \(seed)")
          }
          #expect(try evidence.readEveryFile(of: site.site.folder) >= 3)
          #expect(
            try site.found() == site.dropped.sorted(), "after a kill at \(moment), seed \(seed)")
        }
        try await site.finish(act)
        let verdict = try site.site.misfire("verify")
        #expect(verdict.output == "all is well\n")
        #expect(try site.site.names(in: "inbox") == [])
        let findings = try evidence.findings(of: site.site.folder)
        if act == .remining {
          #expect(findings.subtracting(peace.findings) == [], "seed \(seed)")
          #expect(peace.findings.subtracting(findings) == [], "seed \(seed)")
        }
      }
      #expect(killCount == (isGrown ? 44 : 42))
      Soak.report("\(killCount) kills with seed \(seed)")
    }
  }
}
