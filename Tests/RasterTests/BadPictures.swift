import Detection
import Raster
import TestSupport
import Testing

@Suite struct `Bad pictures` {
  /// A grey picture with some structure, so that its encodings are not trivially short.
  static let image = GrayImage(
    width: 64, height: 48, pixels: (0..<64 * 48).map { UInt8(truncatingIfNeeded: $0 &* $0 / 7) })

  static func encoded() throws -> [(format: PictureHeader.Format, bytes: [UInt8])] {
    let pgm = Array("P5 # a comment\n64 48\n255\n".utf8) + image.pixels
    return [
      (.jpeg, try Raster.encode(image, as: .jpeg())), (.png, try Raster.encode(image, as: .png)),
      (.pnm, pgm), (.bmp, bmp(image)),
    ]
  }

  /// A BMP with a grey palette, top row first.
  static func bmp(_ image: GrayImage) -> [UInt8] {
    let little = { (value: Int, count: Int) in (0..<count).map { UInt8(value >> (8 * $0) & 0xff) } }
    let pixels = 14 + 40 + 1024
    return Array("BM".utf8) + little(pixels + image.pixels.count, 4) + little(0, 4)
      + little(pixels, 4) + little(40, 4) + little(image.width, 4) + little(-image.height, 4)
      + little(1, 2) + little(8, 2) + little(0, 24)
      + (0..<256).flatMap { [UInt8($0), UInt8($0), UInt8($0), 0] } + image.pixels
  }

  @Test func `decode unless they are cut anywhere`() throws {
    for (format, bytes) in try Self.encoded() {
      let header = try PictureHeader(of: bytes)
      #expect(header.format == format && header.size == Self.image.size && header.isComplete)
      #expect(try Raster.decodeGray(bytes).size == Self.image.size)
      for length in 1..<bytes.count {
        #expect(throws: RasterError.self, "\(format) cut to \(length) of \(bytes.count)") {
          try Raster.decodeGray(Array(bytes[..<length]))
        }
      }
      #expect(throws: RasterError.truncated(format)) {
        try Raster.decodeGray(Array(bytes.dropLast()))
      }
    }
  }

  @Test func `are refused when zeros replace their end`() throws {
    for (format, bytes) in try Self.encoded() where format == .jpeg || format == .png {
      let kept = bytes.count * 2 / 3
      let zeroed = Array(bytes[..<kept]) + Array(repeating: 0, count: bytes.count - kept)
      #expect(throws: RasterError.truncated(format)) { try Raster.decodeGray(zeroed) }
    }
  }

  @Test func `are told by content, not by name`() throws {
    #expect(throws: RasterError.empty) { try Raster.decodeGray([]) }
    let text = #expect(throws: RasterError.self) {
      try Raster.decodeGray(Array("Not a\tpicture".utf8))
    }
    #expect(
      text?.description
        == "not a picture that is read here (JPEG, PNG, BMP, WebP, PGM or PPM); it begins with"
        + " “Not a\\09pi”; convert it to one of these")
    #expect(throws: RasterError.unknownFormat(beginning: Array("GIF89a".utf8))) {
      try Raster.decodeGray(Array("GIF89a".utf8))
    }
  }

  @Test func `of too many pixels are refused by their header`() throws {
    // A PNG header of 60,000 × 60,000 pixels, and a PGM of more than an Int can count; neither holds any.
    let png: [UInt8] =
      [0x89] + Array("PNG\r\n".utf8) + [0x1a, 0x0a, 0, 0, 0, 13] + Array("IHDR".utf8)
      + [0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60, 8, 2, 0, 0, 0]
    let side = PixelSize(width: 60_000, height: 60_000)
    #expect(throws: RasterError.tooLarge(side, maximumPixels: 100_000_000)) {
      try Raster.decodeGray(png)
    }
    let bytes = try Raster.encode(Self.image, as: .png)
    let pixelCount = Self.image.pixels.count
    #expect(throws: RasterError.tooLarge(Self.image.size, maximumPixels: pixelCount - 1)) {
      try Raster.decodeGray(bytes, maximumPixels: pixelCount - 1)
    }
    #expect(try Raster.decodeGray(bytes, maximumPixels: pixelCount) == Self.image)
    #expect(throws: RasterError.self) {
      try Raster.decodeGray(Array("P6 999999999 999999999 65535\n".utf8))
    }
    #expect(throws: RasterError.noPixels(.pnm)) {
      try Raster.decodeGray(Array("P5 0 9 255\n".utf8))
    }
  }

  @Test func `whose length no number holds are refused like any other that is cut`() throws {
    // Once this header ended the process: its rows come to 2^63 − 8 bytes, which an Int just holds, but not
    // with the offset of the first pixel added.
    let little = { (value: Int, count: Int) in (0..<count).map { UInt8(value >> (8 * $0) & 0xff) } }
    let header =
      Array("BM".utf8) + little(0, 8) + little(0xFFFF_FFFF, 4) + little(40, 4)
      + little(2_147_483_650, 4) + little(1_073_741_823, 4) + little(1, 2) + little(32, 2)
      + little(0, 24)
    #expect(try !PictureHeader(of: header).isComplete)
  }

  @Test(arguments: [1, 2, 3, 4] as [UInt64])
  func `never do more than throw`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    for (_, bytes) in try Self.encoded() {
      for _ in 0..<50 {
        var damaged = bytes
        for _ in 0..<Int.random(in: 1...8, using: &generator) {
          damaged[Int.random(in: 0..<min(damaged.count, 400), using: &generator)] =
            UInt8.random(in: 0...255, using: &generator)
        }
        _ = try? Raster.decodeGray(damaged, maximumPixels: 1_000_000)
      }
    }
  }
}
