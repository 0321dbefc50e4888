import Dispatch
import Synchronization

/// Runs many seeds, several at a time.
package final class SimulatedRuns: Sendable {
  private let seeds: Range<UInt64>
  private let days: Int
  private let progress: Mutex<Progress>

  private struct Progress {
    var next: UInt64
    var figures = Simulation.Figures()
    var violation: Violation?
  }

  package init(seeds: Range<UInt64>, days: Int) {
    self.seeds = seeds
    self.days = days
    progress = Mutex(Progress(next: seeds.lowerBound))
  }

  /// The violation of the first seed that fails; nil if none does.
  package var violation: Violation? { progress.withLock { $0.violation } }

  /// Runs all seeds, or until one fails.
  package func run(threads: Int) -> Simulation.Figures {
    DispatchQueue.concurrentPerform(iterations: threads) { _ in
      while let seed = nextSeed() {
        let simulation = Simulation(Scenario(seed: seed, days: days))
        var found: Violation?
        do throws(Violation) { try simulation.run() } catch { found = error }
        progress.withLock { progress in
          progress.figures.add(simulation.figures)
          if let found, found.seed < progress.violation?.seed ?? .max {
            progress.violation = found
          }
        }
      }
    }
    return progress.withLock { $0.figures }
  }

  private func nextSeed() -> UInt64? {
    progress.withLock { progress in
      guard progress.next < seeds.upperBound, progress.violation == nil else { return nil }
      defer { progress.next += 1 }
      return progress.next
    }
  }
}

extension Simulation.Figures {
  mutating func add(_ other: Self) {
    events += other.events
    effects += other.effects
    pictures += other.pictures
    starts += other.starts
    trainings += other.trainings
    failures += other.failures
    simulated += other.simulated
  }

  package var text: String {
    """
    \(Int(simulated / .seconds(86_400))) days: \(events) events, \(effects) effects, \(pictures) pictures, \
    \(starts) starts, \(trainings) trainings, \(failures) failures said
    """
  }
}
