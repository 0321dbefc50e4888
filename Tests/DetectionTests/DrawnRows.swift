import Foundation
import SystemPackage

@testable import Detection

/// Rows drawn from a seed, with labels that the features almost determine.
struct DrawnRows {
  enum Kind: CaseIterable {
    /// Around the origin, in all directions.
    case scattered
    /// Like HOG features: non-negative, in blocks of 36 that add up to nearly 1.
    case histograms
  }

  let rows: DenseRows
  let labels: [Float]

  /// - Parameter noise: the fraction of labels that are flipped.
  init(_ kind: Kind, rows count: Int, columns: Int, seed: UInt64, noise: Double = 0.05) {
    var generator = SplitMix64(seed: seed)
    func gaussian() -> Double {
      let radius = (-2 * log(Double.random(in: 1e-12..<1, using: &generator))).squareRoot()
      return radius * cos(2 * .pi * Double.random(in: 0..<1, using: &generator))
    }
    let normal = (0..<columns).map { _ in gaussian() }
    var values: [Float] = []
    var labels: [Float] = []
    for _ in 0..<count {
      let isPositive = Double.random(in: 0..<1, using: &generator) < 0.3
      let pull = (isPositive ? 0.3 : -0.3)
      var row = normal.map { gaussian() + pull * $0 }
      if kind == .histograms {
        row = row.map { abs($0 + 1) }
        for block in stride(from: 0, to: columns, by: 36) {
          let cells = block..<min(block + 36, columns)
          let sum = row[cells].reduce(1e-5, +)
          for cell in cells { row[cell] /= sum }
        }
      }
      values += row.map { Float($0) }
      let isFlipped = Double.random(in: 0..<1, using: &generator) < noise
      labels.append(isPositive != isFlipped ? 1 : -1)
    }
    rows = DenseRows(values: values, columnCount: columns)
    self.labels = labels
  }

  /// The first `count` rows, as a training has them before the others come.
  func first(_ count: Int) -> (rows: DenseRows, labels: [Float]) {
    let columns = rows.columnCount
    return (
      DenseRows(values: Array(rows.values.prefix(count * columns)), columnCount: columns),
      Array(labels.prefix(count))
    )
  }

  /// Writes `rows.f32` and `labels.f32`, which numpy reads with `fromfile`.
  func write(to folder: FilePath) throws {
    for (name, floats) in [("rows.f32", rows.values), ("labels.f32", labels)] {
      let data = floats.withUnsafeBytes { Data($0) }
      try data.write(to: URL(filePath: folder.appending(name).string))
    }
  }
}
