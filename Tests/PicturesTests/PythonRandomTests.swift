import TestSupport
import Testing

@testable import Pictures

@Suite struct `Python's random numbers` {
  @Test(arguments: [0, 1, 42, 1 << 31, 1 << 40])
  func `are the ones that CPython draws from the same seed`(seed: Int) throws {
    let expected = try Python.run(
      """
      import random, sys
      rng = random.Random(int(sys.argv[1]))
      print([rng.randrange(1 + i * i) for i in range(800)])
      print(rng.sample(range(70), 35), rng.sample(range(5000), 7), rng.sample(range(9), 3))
      print([rng.choice("abcdefg") for _ in range(9)])
      """, ["\(seed)"])
    var random = PythonRandom(seed: seed)
    let numbers = (0..<800).map { random.below(1 + $0 * $0) }
    let samples = [random.sample(35, of: 70), random.sample(7, of: 5000), random.sample(3, of: 9)]
    let letters = (0..<9).map { _ in random.choice(of: Array("abcdefg")) }
    let drawn = """
      \(numbers)
      \(samples.map(\.description).joined(separator: " "))
      [\(letters.map { "'\($0)'" }.joined(separator: ", "))]

      """
    #expect(drawn == expected)
  }
}
