/// The positions of windows along one axis, grouped by their offset within a cell.
///
/// Windows whose positions differ by whole cells share cells and blocks. A step that is a multiple of the cell has one such
/// phase, a step of half a cell two, and one without a common divisor with the cell as many as the cell has pixels.
struct StepPhases {
  let step, cellPixels: Int
  private let divisor: Int

  init(step: Int, cellPixels: Int) {
    self.step = step
    self.cellPixels = cellPixels
    divisor = greatestCommonDivisor(step, cellPixels)
  }

  /// How many phases there are.
  var count: Int { cellPixels / divisor }
  /// The distance of neighbouring windows of one phase in cells.
  var strideCells: Int { step / divisor }
  /// The position of the first window of a phase in pixels.
  func start(of phase: Int) -> Int { phase * step }
  /// How many of `windowCount` windows belong to a phase.
  func windowCount(of phase: Int, amongst windowCount: Int) -> Int {
    (windowCount - phase + count - 1) / count
  }
}
