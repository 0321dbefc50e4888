import Detection
import Testing

@Suite struct `Concurrent mapping` {
  struct Odd: Error, Equatable {
    let index: Int
  }

  @Test(arguments: [1, 2, 5, 64])
  func `returns results in input order`(threads: Int) {
    let squares = concurrentMap(count: 1000, threads: threads) { $0 * $0 }
    #expect(squares == (0..<1000).map { $0 * $0 })
  }

  @Test func `of nothing is nothing`() {
    #expect(concurrentMap(count: 0, threads: 3) { $0 } == [])
  }

  @Test(arguments: [1, 2, 5])
  func `throws the error of the lowest index that failed`(threads: Int) {
    #expect(throws: Odd(index: 301)) {
      try concurrentMap(count: 1000, threads: threads) { index throws(Odd) in
        if index > 300, index % 2 == 1 { throw Odd(index: index) }
        return index
      }
    }
  }

  @Test func `may be nested`() {
    let sums = concurrentMap(count: 8, threads: 2) { row in
      concurrentMap(count: 8, threads: 2) { row * $0 }.reduce(0, +)
    }
    #expect(sums == (0..<8).map { $0 * 28 })
  }
}
