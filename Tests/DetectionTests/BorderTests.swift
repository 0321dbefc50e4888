import TestSupport
import Testing

@testable import Detection

@Suite struct `Beyond the edge of an image` {
  private let image = GrayImage(width: 3, height: 1, pixels: [1, 2, 3])

  @Test func `lie the pixels of the edge`() {
    let padded = image.padded(by: 2, .repeated)
    #expect(padded.size == PixelSize(width: 7, height: 5))
    #expect(
      padded.pixels == [UInt8](([[UInt8]](repeating: [1, 1, 1, 2, 3, 3, 3], count: 5)).joined()))
  }

  @Test func `lies the image mirrored, as often as it takes`() {
    let row: [UInt8] = [2, 1, 2, 3, 2, 1, 2, 3, 2, 1, 2, 3, 2]
    let padded = image.padded(by: 5, .mirrored)
    #expect(padded.pixels == [UInt8]([[UInt8]](repeating: row, count: 11).joined()))
  }
}
