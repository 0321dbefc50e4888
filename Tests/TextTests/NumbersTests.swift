import Foundation
import TestSupport
import Testing
import Text

@Suite struct `Numbers as people read them` {
  @Test func `are grouped by thousands`() {
    #expect([0, 999, 1000, -1_234_567].map(\.grouped) == ["0", "999", "1,000", "-1,234,567"])
  }

  @Test func `have as many digits after the point as asked for`() {
    #expect(0.0.fixed(digits: 1) == "0.0")
    #expect(0.0996.fixed(digits: 3) == "0.100")
    #expect((-1234.5).fixed(digits: 2) == "-1,234.50")
    #expect((-0.0001).fixed(digits: 2) == "0.00")
    #expect(1e300.fixed(digits: 2) == "1e+300")
    #expect(Double.nan.fixed(digits: 1) == "nan" && Double.infinity.fixed(digits: 1) == "inf")
  }

  @Test func `stand in texts that steer no terminal`() {
    #expect("a\u{1B}[31m\nb\u{9B}\u{202E}ü🚗".printable == #"a\u{1B}[31m\nb\u{9B}\u{202E}ü🚗"#)
    #expect("a\nb\r".printable(keepingLines: true) == "a\nb\\u{D}")
  }

  @Test func `are those that printf gives`() {
    var random = SeededGenerator(seed: 1)
    for _ in 0..<1000 {
      let number = Double.random(in: -999...999, using: &random)
      for digits in 1...6 {
        #expect(number.fixed(digits: digits) == String(format: "%.\(digits)f", number))
      }
    }
  }
}
