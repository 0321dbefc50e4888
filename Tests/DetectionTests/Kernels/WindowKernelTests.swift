import CKernels
import TestSupport
import Testing

@testable import Detection

/// Compares the kernels that process single windows with their references, over random shapes and norms.
@Suite struct `Window kernels` {
  @Test(arguments: UInt64(1)...6)
  func `gather a window's cells, each in its version`(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<20 {
      let window = DrawnWindow(using: &generator)
      let (cells, shares) = window.gathered
      let expected = window.cells()
      #expect(cells == expected.joined().joined().map { Float($0) })
      let squares = [.l2, .l2Hys].contains(window.hog.blockNorm)
      for (share, cell) in zip(shares, expected.joined()) {
        let sum = cell.reduce(0) { $0 + (squares ? $1 * $1 : $1) }
        #expect(abs(Double(share) - sum) <= 1e-6 * (1 + sum))
      }
    }
  }

  @Test(arguments: UInt64(1)...6)
  func `describe a window`(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<20 {
      let window = DrawnWindow(using: &generator)
      let (hog, gathered) = (window.hog, window.gathered)
      // One extra value, which must stay unchanged.
      var features = [Float](repeating: -1, count: hog.featureCount + 1)
      unsafe ck_window_features(
        gathered.cells, gathered.shares, hog.cellsDown, hog.cellsAcross, hog.blockRows,
        hog.blockColumns, hog.orientations, hog.blockNorm.kernel,
        Float(HOGDescriptor.BlockNorm.epsilon), &features)
      let expected = windowReference(window.cells(), hog)
      #expect(zip(features, expected).allSatisfy { abs(Double($0) - $1) <= 1e-6 }, "\(hog)")
      #expect(features.last == -1)
    }
  }

  @Test(arguments: UInt64(1)...6)
  func `score windows of one row`(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    for index in 0..<20 {
      let drawn = DrawnWindow(index % 4 == 0 ? .lesson : nil, using: &generator)
      let hog = drawn.hog
      let model = LinearSVM.random(hog, using: &generator)
      let columns = (0..<Int.random(in: 0...9, using: &generator)).map { _ in
        Int.random(in: 0...DrawnWindow.furthest, using: &generator)
      }
      let error = MarginError(model, screening: ScreeningWeights(model)).ofScore
      let margins = drawn.margins(
        at: columns, weights: model.weightsByBlockColumn(on: BlockLattice(hog)))
      for (column, margin) in zip(columns, margins) {
        let features = windowReference(drawn.cells(at: column), hog)
        let expected = zip(features, model.weights).reduce(0) { $0 + $1.0 * Double($1.1) }
        #expect(abs(margin - expected) <= error / 4, "\(margin), not \(expected): \(hog)")
      }
    }
  }
}

/// Rows of random cells in all their versions, with windows among them.
private struct DrawnWindow {
  /// The last column at which a window begins.
  static let furthest = 5

  let hog: HOGDescriptor
  private let dense: DenseHOG
  /// For each cell row: [column version][bin, sum][cell].
  private let rows: [[Float]]
  private let pitch: Int

  init(_ hog: HOGDescriptor? = nil, using generator: inout SeededGenerator) {
    let hog = hog ?? .random(using: &generator)
    self.hog = hog
    dense = DenseHOG(hog)
    let pitch = paddedToLanes(hog.cellsAcross + Self.furthest) + 2 * CK_LANES
    self.pitch = pitch
    rows = (0..<hog.cellsDown).map { [versions = dense.columns.cellVersionCount] _ in
      (0..<versions).flatMap { _ in
        let bins = (0..<hog.orientations).map { _ in
          (0..<pitch).map { _ in Float.random(in: 0...9, using: &generator) }
        }
        let sums = (0..<pitch).map { cell in bins.reduce(0) { $0 + $1[cell] } }
        return bins.joined() + sums
      }
    }
  }

  private var versionSize: Int { (hog.orientations + 1) * pitch }

  /// The cells of the window at a column: [cell row][cell column][bin].
  func cells(at first: Int = 0) -> [[[Double]]] {
    rows.map { row in
      dense.columns.cellVersions.enumerated().map { column, version in
        (0..<hog.orientations).map {
          Double(row[version * versionSize + $0 * pitch + first + column])
        }
      }
    }
  }

  var gathered: (cells: [Float], shares: [Float]) {
    let cellCount = hog.cellsDown * hog.cellsAcross
    var cells = [Float](repeating: -1, count: cellCount * hog.orientations)
    var shares = [Float](repeating: 0, count: cellCount + CK_LANES)
    withRows { rows in
      unsafe ck_gather_cells(
        rows, rows.count, dense.columns.cellVersions, hog.cellsAcross, versionSize,
        hog.orientations, pitch, hog.blockNorm.kernel, &cells, &shares)
    }
    return (cells, Array(shares.prefix(cellCount) + [Float](repeating: 0, count: CK_LANES)))
  }

  func margins(at columns: [Int], weights: [Float]) -> [Double] {
    var margins = [Double](repeating: .nan, count: columns.count)
    withRows { rows in
      unsafe ck_window_margins(
        rows, rows.count, dense.columns.cellVersions, hog.cellsAcross, versionSize, pitch,
        hog.blockRows, hog.blockColumns, hog.orientations, hog.blockNorm.kernel,
        Float(HOGDescriptor.BlockNorm.epsilon), weights, columns, columns.count, &margins)
    }
    return margins
  }

  private func withRows<Result>(_ body: ([UnsafePointer<Float>]) -> Result) -> Result {
    let flat = rows.flatMap { $0 }
    return unsafe flat.withUnsafeBufferPointer { flat in
      unsafe body(rows.indices.map { unsafe flat.baseAddress! + $0 * rows[0].count })
    }
  }
}
