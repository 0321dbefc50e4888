import Testing

@testable import Report

@Suite struct `An axis` {
  @Test(arguments: [
    ([0.42, 0.019], 0...0.45, [0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45]),
    ([1], 0...1, tenths),
    ([730, 3], 0...800, [0, 100, 200, 300, 400, 500, 600, 700, 800]),
    ([], 0...1, tenths),
    ([0], 0...1, tenths),
  ])
  func `that is linear has round ticks up to the largest value`(
    values: [Double], range: ClosedRange<Double>, ticks: [Double]
  ) {
    let axis = Axis.linear("", through: values)
    #expect(abs(axis.range.upperBound - range.upperBound) < 1e-9)
    #expect(axis.ticks.count == ticks.count)
    for (tick, expected) in zip(axis.ticks, ticks) { #expect(abs(tick - expected) < 1e-9) }
  }

  @Test func `that is logarithmic gives each decade the same room`() {
    let axis = Axis.logarithmic("", 0.01...10)
    #expect(axis.ticks.map(Axis.text) == ["0.01", "0.1", "1", "10"])
    for (tick, place) in zip(axis.ticks, [0, 1.0 / 3, 2.0 / 3, 1]) {
      #expect(abs(axis.place(of: tick) - place) < 1e-9)
    }
  }

  @Test func `that is logarithmic and short has ticks between the powers of ten`() {
    let axis = Axis.logarithmic("", 0.014...1)
    #expect(axis.ticks.map(Axis.text) == ["0.02", "0.05", "0.1", "0.2", "0.5", "1"])
  }

  @Test func `that is logarithmic shows zero as zero, apart from what is merely small`() {
    let axis = Axis.logarithmic("", 0.01...10, hasZero: true)
    #expect(axis.ticks.map(Axis.text) == ["0", "0.01", "0.1", "1", "10"])
    #expect(axis.place(of: 0) == 0 && axis.place(of: 0.01) > 0.05 && axis.place(of: 10) == 1)
    #expect(axis.place(of: 0.001) == axis.place(of: 0.01))
  }

  @Test func `puts what lies beyond it at its ends`() {
    let axis = Axis.logarithmic("", 1...1000)
    #expect(axis.place(of: 0) == 0 && axis.place(of: 1e9) == 1)
    let linear = Axis.linear("", through: [8])
    #expect(linear.place(of: -1) == 0 && linear.place(of: 4) == 0.5 && linear.place(of: 9) == 1)
  }
}

private let tenths = (0...10).map { Double($0) / 10 }
