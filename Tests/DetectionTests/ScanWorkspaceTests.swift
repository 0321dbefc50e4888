import CKernels
import TestSupport
import Testing

@testable import Detection

@Suite struct `Scan workspaces` {
  @Test(arguments: UInt64(1)...6)
  func `change no bit of a margin, whatever they held before`(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    for index in 0..<4 {
      let hog: HOGDescriptor = index % 2 == 0 ? .lesson : .random(using: &generator)
      let layer = GrayImage.random(
        width: hog.window.width + .random(in: 0...60, using: &generator),
        height: hog.window.height + .random(in: 0...60, using: &generator), using: &generator)
      let scanner = LayerScanner(
        model: .random(hog, using: &generator), step: .random(in: 1...9, using: &generator),
        minimumMargin: -.infinity)
      let (fresh, soiled) = (ScanWorkspace(for: scanner), ScanWorkspace(for: scanner))
      soiled.soil(using: &generator)
      for tile in scanner.tiles(ofLayer: layer.size) {
        let expected = scanner.scan(tile, of: layer, using: fresh)
        let hits = scanner.scan(tile, of: layer, using: soiled)
        #expect(hits.map(\.margin.bitPattern) == expected.map(\.margin.bitPattern), "\(hog)")
      }
    }
  }
}

extension ScanWorkspace {
  /// Fills it with what scans of other pictures might have left anywhere.
  fileprivate func soil(using generator: inout SeededGenerator) {
    let hog = cells.hog
    let (rows, columns) = (hog.rows, hog.columns)
    for index in 0..<(cells.pixelRowCount * hog.descriptor.cellColumns * cells.pixelPitch) {
      unsafe cells.pixels[index] = hog.table.values[.random(in: 0...255, using: &generator)]
    }
    for index in 0..<(cells.rowCount * rows.cellVersionCount * cells.rowVersionSize) {
      unsafe cells.histograms[index] = .random(in: 0...Float(hog.table.scale), using: &generator)
    }
    for index in 0..<(9 * (hog.descriptor.orientations + 3) * Int(CK_LANES)) {
      unsafe cells.scratch[index] = .random(in: -1e9...1e9, using: &generator)
    }
    for index in 0..<(columns.runs.count * blockVersionSize) {
      unsafe blocks[index] = .random(in: .min ... .max, using: &generator)
    }
    for index in 0..<(rows.blockCount * marginPitch) {
      unsafe margins[index] = .random(in: -1e9...1e9, using: &generator)
    }
  }
}
