/// CPython's `random.Random`: the same seed draws the same pictures and windows as the lesson's script.
///
/// - SeeAlso: Matsumoto & Nishimura, Mersenne Twister, 1998; CPython's Modules/_randommodule.c and
///   Lib/random.py.
package struct PythonRandom {
  private static let size = 624
  private static let period = 397

  private var state = [UInt32](repeating: 0, count: size)
  private var position = size

  /// `random.Random(seed)`. The seed is at least 0.
  package init(seed: Int) {
    precondition(seed >= 0, "a seed is at least 0, not \(seed)")
    var key = [UInt32(truncatingIfNeeded: seed)]
    if seed >> 32 > 0 { key.append(UInt32(seed >> 32)) }
    seedState(19_650_218)
    var i = 1
    for step in 0..<max(Self.size, key.count) {
      let word = step % key.count
      state[i] =
        (state[i] ^ (mixed(state[i - 1]) &* 1_664_525)) &+ key[word] &+ UInt32(word)
      i = advanced(i)
    }
    for _ in 1..<Self.size {
      state[i] = (state[i] ^ (mixed(state[i - 1]) &* 1_566_083_941)) &- UInt32(i)
      i = advanced(i)
    }
    state[0] = 0x8000_0000
  }

  /// `randrange(count)`: a number in `0..<count`; `count` is in 1...2³².
  package mutating func below(_ count: Int) -> Int {
    precondition(count > 0 && count <= 1 << 32, "cannot draw below \(count)")
    let bits = Int.bitWidth - count.leadingZeroBitCount
    while true {
      let drawn = getBits(bits)
      if drawn < count { return drawn }
    }
  }

  /// `choice(elements)`.
  package mutating func choice<Element>(of elements: [Element]) -> Element {
    elements[below(elements.count)]
  }

  /// `sample(range(count), size)`: `size` different numbers of `0..<count`, in the order drawn.
  package mutating func sample(_ size: Int, of count: Int) -> [Int] {
    precondition(size >= 0 && size <= count, "cannot draw \(size) of \(count)")
    // CPython draws from a pool if the pool is smaller than a set of the numbers drawn; the two methods draw
    // different numbers.
    var poolLimit = 21
    if size > 5 {
      var power = 1
      while power < size * 3 { power *= 4 }
      poolLimit += power
    }
    if count <= poolLimit {
      var pool = Array(0..<count)
      return (0..<size).map { drawn in
        let index = below(count - drawn)
        defer { pool[index] = pool[count - drawn - 1] }
        return pool[index]
      }
    }
    var seen = Set<Int>()
    return (0..<size).map { _ in
      var index = below(count)
      while !seen.insert(index).inserted { index = below(count) }
      return index
    }
  }

  private mutating func getBits(_ count: Int) -> Int {
    if count <= 32 { return Int(next() >> (32 - UInt32(count))) }
    let low = Int(next())
    return low | Int(next() >> (64 - UInt32(count))) << 32
  }

  private mutating func next() -> UInt32 {
    if position == Self.size { refill() }
    var word = state[position]
    position += 1
    word ^= word >> 11
    word ^= (word << 7) & 0x9d2c_5680
    word ^= (word << 15) & 0xefc6_0000
    return word ^ (word >> 18)
  }

  private mutating func refill() {
    for i in 0..<Self.size {
      let joined =
        (state[i] & 0x8000_0000) | (state[(i + 1) % Self.size] & 0x7fff_ffff)
      state[i] =
        state[(i + Self.period) % Self.size] ^ (joined >> 1)
        ^ (joined & 1 == 0 ? 0 : 0x9908_b0df)
    }
    position = 0
  }

  private mutating func seedState(_ seed: UInt32) {
    state[0] = seed
    for i in 1..<Self.size {
      state[i] = 1_812_433_253 &* mixed(state[i - 1]) &+ UInt32(i)
    }
  }

  private func mixed(_ word: UInt32) -> UInt32 { word ^ (word >> 30) }

  private mutating func advanced(_ i: Int) -> Int {
    guard i == Self.size - 1 else { return i + 1 }
    state[0] = state[Self.size - 1]
    return 1
  }
}
