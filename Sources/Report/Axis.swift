internal import Detection
internal import Foundation
internal import Text

/// One direction of a chart, as long as 1.
struct Axis {
  let label: String
  let range: ClosedRange<Double>
  /// Whether each decade takes the same room. Values below the range are drawn at its beginning.
  let isLogarithmic: Bool
  /// Whether a logarithmic axis has a place for 0, which no number of decades reaches, below its range.
  private(set) var hasZero = false

  /// The part of the axis that is between 0 and the range.
  private static let gap = 0.08

  /// From 0 to some round number that is not below any of the values.
  static func linear(_ label: String, through values: some Sequence<Double>) -> Axis {
    let largest = values.max() ?? 0
    let step = Self.step(forLength: largest)
    return Axis(
      label: label, range: 0...max(step, (largest / step).rounded(.up) * step),
      isLogarithmic: false)
  }

  /// - Precondition: `range` begins above 0.
  static func logarithmic(_ label: String, _ range: ClosedRange<Double>, hasZero: Bool = false)
    -> Axis
  {
    precondition(range.lowerBound > 0, "a logarithmic axis from \(range.lowerBound)")
    return Axis(label: label, range: range, isLogarithmic: true, hasZero: hasZero)
  }

  /// Where a value lies, in 0...1.
  func place(of value: Double) -> Double {
    guard range.lowerBound < range.upperBound, !(hasZero && value <= 0) else { return 0 }
    let value = min(max(value, range.lowerBound), range.upperBound)
    guard isLogarithmic else {
      return (value - range.lowerBound) / (range.upperBound - range.lowerBound)
    }
    let place = log(value / range.lowerBound) / log(range.upperBound / range.lowerBound)
    return hasZero ? Self.gap + (1 - Self.gap) * place : place
  }

  /// The values to write beside the axis: round numbers, and at most a dozen.
  var ticks: [Double] {
    guard isLogarithmic else {
      let step = Self.step(forLength: range.upperBound - range.lowerBound)
      return Array(stride(from: range.lowerBound, through: range.upperBound + step / 2, by: step))
    }
    let decades = (-9...9).map { decade in
      (0..<abs(decade)).reduce(1.0) { power, _ in decade < 0 ? power / 10 : power * 10 }
    }
    let few = decades.filter(range.contains)
    let many = decades.flatMap { [$0, 2 * $0, 5 * $0] }.filter(range.contains)
    return (hasZero ? [0] : []) + (few.count > 2 ? few : many)
  }

  /// A round number, a fifth to a tenth of the length.
  private static func step(forLength length: Double) -> Double {
    guard length > 0 else { return 1 }
    var power = 1.0
    while power * 10 < length { power *= 10 }
    while power >= length { power /= 10 }
    return length / power > 5 ? power : length / power > 2 ? power / 2 : power / 5
  }

  /// A tick's number, without redundant digits: "0.05", "1,000".
  static func text(_ value: Double) -> String {
    let rounded = value.rounded()
    if abs(value - rounded) < 1e-9, let whole = Int(exactly: rounded) { return whole.grouped }
    var text = value.fixed(digits: 6)
    while text.hasSuffix("0") { text.removeLast() }
    return text
  }
}
