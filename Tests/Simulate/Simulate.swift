import ArgumentParser
import Foundation
import Simulation
import Synchronization

/// `make simulate`: years of the daemon's life on a machine that fails.
@main
struct Simulate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Drives misfired's scheduler with a simulated machine.",
    discussion: """
      Each seed draws what happens in so many days: files, faults, reloads, stops, kills. The same seed gives the same \
      events. What goes wrong is shrunk to the shortest list of events that still does, and told with the seed.
      """)

  @Option(help: "The first seed.") var seed: UInt64 = 1
  @Option(help: "How many days of each seed.") var days = 50
  @Option(help: "How many seeds.") var seeds = 1
  @Option(
    help: "For how many seconds to look for a shorter list of events that goes wrong as well.")
  var shrinking = 60
  @Option(help: "How many of the last events before it goes wrong to print.") var trace = 0

  func run() throws {
    let start = ContinuousClock.now
    let runs = SimulatedRuns(seeds: seed..<(seed + UInt64(seeds)), days: days)
    let figures = runs.run(threads: ProcessInfo.processInfo.activeProcessorCount)
    let seconds = start.duration(to: .now) / .seconds(1)
    print(figures.text)
    print("in \(Int(seconds)) s")
    guard let violation = runs.violation else { return }
    print("VIOLATION \(violation)")
    fflush(nil)
    let scenario = Scenario(seed: violation.seed, days: days)
    if let (scenario, violation) = scenario.shrunk(within: .seconds(shrinking)) {
      print("shrunk to \(scenario.acts.count) of its acts: \(violation)")
      for act in scenario.acts { print("  \(act)") }
      for line in Simulation.trace(of: scenario, lineCount: trace) { print(line) }
    }
    print("again with: make simulate SEED=\(violation.seed) DAYS=\(days)")
    throw ExitCode.failure
  }
}
