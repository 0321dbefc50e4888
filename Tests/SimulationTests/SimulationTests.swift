import Foundation
import Simulation
import Testing

@Suite struct `A simulated life` {
  /// On threads of its own, as it takes a while.
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
