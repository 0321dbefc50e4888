import CKernels
import TestSupport
import Testing

@testable import Detection

@Suite struct `Scan workspaces` {
  @Test(arguments: UInt64(1)...6)
  func `change no bit of a margin, whatever they held before`(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    for index in 0..<4 {
      let hog: HOGDescriptor = index % 2 == 0 ? .lesson : .randomOfEither(using: &generator)
      let layer = GrayImage.random(
        width: hog.window.width + .random(in: 0...60, using: &generator),
        height: hog.window.height + .random(in: 0...60, using: &generator),
        for: hog, using: &generator)
      let scanner = LayerScanner(
        model: .random(hog, using: &generator), step: .random(in: 1...9, using: &generator),
        minimumMargin: -.infinity)
      let (fresh, soiled) = (ScanWorkspace(for: scanner), ScanWorkspace(for: scanner))
      soiled.soil(for: scanner, using: &generator)
      for tile in scanner.tiles(ofLayer: layer.size) {
        let expected = scanner.scan(tile, of: layer, using: fresh)
        let hits = scanner.scan(tile, of: layer, using: soiled)
        #expect(hits.map(\.margin.bitPattern) == expected.map(\.margin.bitPattern), "\(hog)")
      }
    }
  }
}

extension ScanWorkspace {
  /// Fills the workspace with arbitrary leftovers of other scans.
  fileprivate func soil(for scanner: LayerScanner, using generator: inout SeededGenerator) {
    switch blocks {
    case .skimage(let memory): memory.soil(using: &generator)
    case .openCV(let memory): memory.soil(using: &generator)
    }
    unsafe margins.soil(scanner.lattice.rowSpan * marginPitch) {
      .random(in: -1e9...1e9, using: &generator)
    }
  }
}

extension SkimageBlockMemory {
  fileprivate func soil(using generator: inout SeededGenerator) {
    let rows = hog.rows
    unsafe cells.pixels.soil(
      cells.pixelRowCount * hog.descriptor.cellColumns * cells.pixelPitch
    ) { hog.table.values[.random(in: 0...255, using: &generator)] }
    unsafe cells.histograms.soil(cells.rowCount * rows.cellVersionCount * cells.rowVersionSize) {
      .random(in: 0...Float(hog.table.scale), using: &generator)
    }
    unsafe cells.scratch.soil(9 * (hog.descriptor.orientations + 3) * Int(CK_LANES)) {
      .random(in: -1e9...1e9, using: &generator)
    }
    unsafe blocks.soil(hog.columns.runs.count * blockVersionSize) {
      .random(in: .min ... .max, using: &generator)
    }
  }
}

extension OpenCVBlockMemory {
  fileprivate func soil(using generator: inout SeededGenerator) {
    let descriptor = hog.descriptor
    unsafe pixels.soil(3 * lattice.columns * pixelPitch) {
      .random(in: 0...255, using: &generator)
    }
    unsafe votes.soil((lattice.columns * descriptor.orientations + 1) * size.pitch) {
      .random(in: 0...400, using: &generator)
    }
    unsafe sums.soil(descriptor.blockPixelRows * descriptor.blockColumns * size.cell) {
      .random(in: 0...1e4, using: &generator)
    }
    unsafe features.soil((lattice.rowSpan * descriptor.blockSize + 1) * size.pitch) {
      .random(in: 0...1, using: &generator)
    }
    unsafe pairs.soil((descriptor.blockPairs + 1) * size.pitch) {
      .random(in: .min ... .max, using: &generator)
    }
  }
}

extension UnsafeMutablePointer {
  fileprivate func soil(_ count: Int, _ value: () -> Pointee) {
    for index in 0..<count { unsafe self[index] = value() }
  }
}
