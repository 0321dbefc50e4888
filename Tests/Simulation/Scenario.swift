import Detection

/// Everything that happens over several days, drawn from a seed.
package struct Scenario: Sendable {
  package let seed: UInt64
  package let days: Int
  package var acts: [Act]
  /// The most memory, in bytes, that a training can use before the kernel ends the process.
  package var trainingMemory = Int.max

  package init(seed: UInt64, days: Int) {
    self.seed = seed
    self.days = days
    acts = []
    var drawing = Drawing(random: SplitMix64(seed: seed))
    for day in 0..<days {
      // Some days are quiet, some have many pictures or all of them at once, some are full of faults.
      let (arrivals, faults) = drawing.pick([(3, 1), (20, 3), (20, 12), (300, 2), (0, 6)])
      let start = Duration.seconds(86_400 * day)
      for _ in 0..<arrivals { acts += drawing.arrival(within: start) }
      if drawing.pick(0..<10) == 0 { acts += drawing.flood(within: start) }
      for _ in 0..<faults { acts.append(drawing.trouble(within: start)) }
      if seed.isMultiple(of: 5), day.isMultiple(of: 10) { acts += drawing.stream(within: start) }
      if seed % 5 == 1, day % 10 == 1 { acts += drawing.wrongFolder(within: start) }
    }
    acts.sort { $0.time < $1.time }
  }

  package init(seed: UInt64, days: Int, acts: [Act]) {
    self.seed = seed
    self.days = days
    self.acts = acts
  }
}

/// Draws what happens.
private struct Drawing {
  var random: SplitMix64
  var names = 0
  var contents = 0

  mutating func pick<Value>(_ values: some Collection<Value>) -> Value {
    values.randomElement(using: &random)!
  }

  mutating func time(within start: Duration) -> Duration {
    start + .milliseconds(Int.random(in: 0..<80_000_000, using: &random))
  }

  mutating func content() -> Content {
    // Sometimes the same content arrives again.
    if contents > 3, Int.random(in: 0..<12, using: &random) == 0 {
      return Content(
        number: -1 - Int.random(in: 0..<3, using: &random), kind: .picture(hardNegatives: 2))
    }
    contents += 1
    let kind: Content.Kind =
      switch Int.random(in: 0..<40, using: &random) {
      case 0: .noPicture
      case 1: .crashesDecoder
      case 2: .crashesDaemon
      case 3: .unreadable
      case 4: .slow(hardNegatives: Int.random(in: 0..<6, using: &random))
      default: .picture(hardNegatives: Int.random(in: 0..<6, using: &random))
      }
    return Content(number: contents, kind: kind)
  }

  /// A file arrives, and sometimes something else happens to it before it is mined.
  mutating func arrival(within start: Duration) -> [Act] {
    let name = newName()
    let arrival: Arrival =
      Bool.random(using: &random)
      ? .movedIn
      : .written(
        .milliseconds(Int.random(in: 1..<20_000, using: &random)),
        hasEnd: Bool.random(using: &random))
    let time = time(within: start)
    var acts = [Act(time: time, kind: .arrive(name: name, content(), arrival))]
    let later = time + .milliseconds(Int.random(in: 1..<5_000, using: &random))
    switch Int.random(in: 0..<30, using: &random) {
    case 0: acts.append(Act(time: later, kind: .vanish(name: name)))
    case 1: acts.append(Act(time: later, kind: .rename(name: name, to: newName())))
    case 2: acts.append(Act(time: later, kind: .replace(name: name, content())))
    case 3: acts.append(Act(time: later, kind: .kill(downFor: .seconds(2))))
    case 4: acts.append(Act(time: later, kind: .fault(pick(Fault.allCases), .seconds(30))))
    case 5: acts.append(Act(time: later, kind: .overflow))
    case 6: acts.append(Act(time: later, kind: .stop(downFor: .seconds(2))))
    default: break
    }
    return acts
  }

  /// Many pictures arrive within ten seconds, a few of them slow.
  mutating func flood(within start: Duration) -> [Act] {
    let time = time(within: start)
    return (0..<2_000).map { _ in
      contents += 1
      let hardNegatives = Int.random(in: 0..<6, using: &random)
      let content = Content(
        number: contents,
        kind: pick(0..<100) == 0
          ? .slow(hardNegatives: hardNegatives) : .picture(hardNegatives: hardNegatives))
      let delay = Duration.milliseconds(pick(0..<10_000))
      return Act(time: time + delay, kind: .arrive(name: newName(), content, .movedIn))
    }
  }

  /// A picture arrives every eight seconds for three hours, and few of them teach something.
  mutating func stream(within start: Duration) -> [Act] {
    let time = time(within: start)
    return (0..<1_350).map { number in
      contents += 1
      let content = Content(
        number: contents, kind: .picture(hardNegatives: number.isMultiple(of: 50) ? 1 : 0))
      return Act(
        time: time + .seconds(8 * number), kind: .arrive(name: newName(), content, .movedIn))
    }
  }

  /// Somebody drops a folder of the object's pictures, and takes back what is left of it within the hour.
  mutating func wrongFolder(within start: Duration) -> [Act] {
    let time = time(within: start)
    let drops = (0..<300).map { number in
      contents += 1
      return Act(
        time: time + .milliseconds(50 * number),
        kind: .arrive(name: newName(), Content(number: contents, kind: .object), .movedIn))
    }
    return drops + [Act(time: time + .seconds(pick(60..<3_600)), kind: .emptyInbox)]
  }

  mutating func trouble(within start: Duration) -> Act {
    let seconds = { (random: inout SplitMix64, most: Int) in
      Duration.milliseconds(Int.random(in: 1..<(most * 1000), using: &random))
    }
    let kind: Act.Kind =
      switch Int.random(in: 0..<22, using: &random) {
      case 0..<10: .fault(pick(Fault.allCases), seconds(&random, pick([5, 60, 900, 7_200])))
      case 10: .overflow
      case 11: .hang
      case 12, 13: .publish
      case 14: .damageModel
      case 15: .repairModel
      case 16, 17: .reload(pick(SettingsEdition.allCases))
      case 18: .suspend(seconds(&random, 20_000))
      case 19: .setClock(.seconds(Int.random(in: -100_000..<100_000, using: &random)))
      case 20: .stop(downFor: seconds(&random, 3_600))
      default: .kill(downFor: seconds(&random, pick([2, 3_600])))
      }
    return Act(time: time(within: start), kind: kind)
  }

  private mutating func newName() -> Int {
    names += 1
    return names
  }
}
