/// Times several pieces of work in turns, so that a busy moment of the machine affects all of them.
struct Measures {
  private var work: [(name: String, body: () throws -> Void)] = []
  private var best: [String: [Double]] = [:]

  /// Measures `body` as a whole.
  mutating func add(_ name: String, _ body: @escaping () throws -> Void) {
    work.append((name, body))
    best[name, default: []].append(.infinity)
  }

  /// Measures `body` item by item; the result is the sum of each item's fastest time.
  mutating func add(
    _ name: String, items: Int, _ body: @escaping (Int) throws -> Void
  ) {
    for item in 0..<items { add(name) { try body(item) } }
  }

  /// Runs everything `rounds` times, after one warm-up round.
  mutating func run(rounds: Int) throws {
    for round in 0...rounds {
      var next: [String: Int] = [:]
      for (name, body) in work {
        let duration = try ContinuousClock().measure(body)
        let item = next[name, default: 0]
        next[name] = item + 1
        if round > 0 { best[name]![item] = min(best[name]![item], duration / .milliseconds(1)) }
      }
    }
  }

  /// The fastest time in milliseconds.
  subscript(name: String) -> Double { best[name]!.reduce(0, +) }
}
