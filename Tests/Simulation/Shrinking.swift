extension Simulation {
  /// The violation that a run finds; nil if there is none.
  package static func violation(of scenario: Scenario) -> Violation? {
    let simulation = Simulation(scenario)
    do {
      try simulation.run()
      return nil
    } catch {
      return error
    }
  }

  /// The last events of a run that fails, with the scheduler's effects.
  package static func trace(of scenario: Scenario, lineCount: Int) -> ArraySlice<String> {
    let simulation = Simulation(scenario)
    simulation.trace = []
    do { try simulation.run() } catch {}
    return simulation.trace?.suffix(lineCount) ?? []
  }
}

extension Scenario {
  /// The shortest part of this scenario that still fails and can be found in the given time.
  ///
  /// It leaves out what comes after the failure, then earlier days, then halves, quarters and finally single acts, as
  /// long as the rest still fails.
  package func shrunk(within limit: Duration) -> (Scenario, Violation)? {
    let deadline = ContinuousClock.now + limit
    guard var found = Simulation.violation(of: self) else { return nil }
    var shortest = self
    func takes(_ shorter: Scenario) -> Bool {
      guard let violation = Simulation.violation(of: shorter) else { return false }
      (shortest, found) = (shorter, violation)
      return true
    }
    _ = takes(Scenario(seed: seed, days: 0, acts: acts.filter { $0.time <= found.time }))
    let lastDay = Int(found.time.components.seconds / 86_400)
    for day in [lastDay, lastDay - 1, lastDay - 2, lastDay - 4, lastDay - 8]
    where day > 0 && takes(shortest.since(day: day)) {
      break
    }
    var length = max(1, shortest.acts.count / 2)
    while true {
      var start = 0
      var hasShrunk = false
      while start < shortest.acts.count {
        if .now > deadline { return (shortest, found) }
        var fewer = shortest
        fewer.acts.removeSubrange(start..<min(start + length, fewer.acts.count))
        if takes(fewer) { hasShrunk = true } else { start += length }
      }
      if length > 1 { length /= 2 } else if !hasShrunk { break }
    }
    return (shortest, found)
  }

  /// The scenario without its first days.
  private func since(day: Int) -> Scenario {
    let start = Duration.seconds(86_400 * day)
    return Scenario(
      seed: seed, days: 0,
      acts: acts.filter { $0.time >= start }.map { Act(time: $0.time - start, kind: $0.kind) })
  }
}
