import Testing

@testable import Scheduling

@Suite struct `The size of a batch` {
  @Test func `grows until a step takes a fifth of a second`() {
    var size = BatchSize()
    for _ in 0..<10 { size.learn(count: size.count, duration: .milliseconds(4 * size.count)) }
    #expect(size.count == 50)
  }

  @Test func `shrinks to one picture at once, and never below`() {
    var size = BatchSize()
    size.learn(count: 4, duration: .seconds(100))
    #expect(size.count == 1)
  }

  @Test func `has a limit`() {
    var size = BatchSize()
    for _ in 0..<20 { size.learn(count: size.count, duration: .zero) }
    #expect(size.count == BatchSize.largest)
    size.learn(count: 0, duration: .seconds(1))
    #expect(size.count == BatchSize.largest)
  }
}
