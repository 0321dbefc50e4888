import Detection
import Raster
import TestSupport
import Testing

@Suite struct `Bad pictures` {
  /// A grey picture with enough structure that its encodings are not trivially short.
  static let image = GrayImage(
    width: 64, height: 48, pixels: (0..<64 * 48).map { UInt8(truncatingIfNeeded: $0 &* $0 / 7) })

  static func encoded() throws -> [(format: PictureHeader.Format, bytes: [UInt8])] {
    let pgm = Array("P5 # a comment\n64 48\n255\n".utf8) + image.pixels
    return [
      (.jpeg, try Raster.encode(image, as: .jpeg())), (.png, try Raster.encode(image, as: .png)),
      (.pnm, pgm), (.bmp, bmp(image)), (.tiff, tiff(image)), (.gif, gif),
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

  /// A TIFF with one strip, whose directory comes last.
  /// - Parameter more: additional directory entries: tag and value.
  static func tiff(_ image: GrayImage, more: [(Int, Int)] = []) -> [UInt8] {
    let little = { (value: Int, count: Int) in (0..<count).map { UInt8(value >> (8 * $0) & 0xff) } }
    let entries =
      [
        (0x100, image.width), (0x101, image.height), (0x102, 8), (0x103, 1), (0x106, 1),
        (0x111, 8), (0x115, 1), (0x116, image.height), (0x117, image.pixels.count),
      ] + more
    return Array("II*\0".utf8) + little(8 + image.pixels.count, 4) + image.pixels
      + little(entries.count, 2)
      + entries.flatMap { little($0, 2) + little(4, 2) + little(1, 4) + little($1, 4) }
      + little(0, 4)
  }

  /// A GIF of `image`'s size in a single colour, without the end of the file but with its frame.
  static let gif: [UInt8] = {
    let little = { (value: Int) in [UInt8(value & 0xff), UInt8(value >> 8)] }
    let size = little(image.width) + little(image.height)
    // Three-bit codes: clear (4), then pixels of colour 1, clearing before four bits are needed.
    var bits: [Int] = []
    for index in 0..<image.pixels.count {
      if index.isMultiple(of: 2) { bits += [0, 0, 1] }
      bits += [1, 0, 0]
    }
    bits += [1, 0, 1]
    bits += Array(repeating: 0, count: (8 - bits.count % 8) % 8)
    let data = stride(from: 0, to: bits.count, by: 8).map { start in
      (0..<8).reduce(UInt8(0)) { $0 | UInt8(bits[start + $1] << $1) }
    }
    let pieces = stride(from: 0, to: data.count, by: 255).flatMap { start in
      [UInt8(min(255, data.count - start))] + data[start..<min(start + 255, data.count)]
    }
    return Array("GIF89a".utf8) + size + [0x80, 0, 0, 0, 0, 0, 200, 200, 200]
      + [0x2c, 0, 0, 0, 0] + size + [0, 2] + pieces + [0]
  }()

  @Test func `decode unless they are cut anywhere`() throws {
    for (format, bytes) in try Self.encoded() {
      let header = try PictureHeader(of: bytes)
      #expect(header.format == format && header.size == Self.image.size && header.isComplete)
      #expect(try Raster.decodeGray(bytes).size == Self.image.size)
      // A JPEG's end marker and the offset of a TIFF's next directory come after all rows.
      let trailer = [.jpeg: 2, .tiff: 4][format, default: 0]
      let needed = bytes.count - trailer
      for length in 1..<needed {
        #expect(throws: RasterError.self, "\(format) cut to \(length) of \(bytes.count)") {
          try Raster.decodeGray(Array(bytes[..<length]))
        }
      }
      guard trailer == 0 else { continue }
      #expect(throws: RasterError.truncated(format)) {
        try Raster.decodeGray(Array(bytes.dropLast()))
      }
    }
  }

  @Test func `are refused when zeros replace their end`() throws {
    for (format, bytes) in try Self.encoded() where format == .jpeg || format == .png {
      let kept = bytes.count * 2 / 3
      let zeroed = Array(bytes[..<kept]) + Array(repeating: 0, count: bytes.count - kept)
      let error = #expect(throws: RasterError.self) { try Raster.decodeGray(zeroed) }
      #expect(error?.description.contains("\(format) picture is cut short") == true)
    }
  }

  /// Missing rows can be followed by an end marker, by zeros, or by nothing.
  @Test(arguments: ["an end marker", "zeros", "nothing"])
  func `are refused when half of a JPEG is missing, whatever follows`(end: String) throws {
    let ends: [String: [UInt8]] = [
      "an end marker": [0xff, 0xd9], "zeros": Array(repeating: 0, count: 3000),
    ]
    let bytes = try Raster.encode(Self.image, as: .jpeg())
    let error = #expect(throws: RasterError.self) {
      try Raster.decodeGray(Array(bytes.prefix(bytes.count * 3 / 5)) + ends[end, default: []])
    }
    guard case .rowsMissing(.jpeg, let count, of: 48) = error else {
      Issue.record("another error: \(error.map { "\($0)" } ?? "none")")
      return
    }
    #expect((8...40).contains(count))
    #expect(error?.description.contains("\(count) of its 48 rows are missing") == true)
  }

  @Test func `in HEIF are refused when cut, whatever else a camera adds`() throws {
    let box = { (kind: String, content: [UInt8]) in
      [0, 0, 0, UInt8(8 + content.count)] + Array(kind.utf8) + content
    }
    let meta = box(
      "meta",
      [0, 0, 0, 0] + box("pitm", [0, 0, 0, 0, 0, 1])
        + box(
          "iprp",
          box("ipco", box("ispe", [0, 0, 0, 0, 0, 0, 0, 64, 0, 0, 0, 48]))
            + box("ipma", [0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 1, 1])))
    let whole =
      box("ftyp", Array("heic\0\0\0\0mif1".utf8)) + meta
      + box("mdat", [UInt8](repeating: 7, count: 40))
    #expect(try PictureHeader(of: whole).isComplete)
    for trailer in ["a note of the camera's", "\0\0\0\nImage_UTC_Data1", "\0\u{1}\0\0mpvd", "\0"] {
      #expect(try PictureHeader(of: whole + trailer.utf8).isComplete, "\(trailer)")
    }
    for count in 1...40 {
      #expect(try !PictureHeader(of: Array(whole.dropLast(count))).isComplete, "\(count)")
    }
  }

  @Test func `of text are refused when numbers are missing`() throws {
    #expect(throws: RasterError.truncated(.pnm)) {
      try Raster.decodeGray(Array("P2 3 2 255 1 2 3 # 4\n5\n".utf8))
    }
    #expect(throws: RasterError.truncated(.pnm)) {
      try Raster.decodeGray(Array("P1 3 2 1010 1".utf8))
    }
    #expect(try Raster.decodeGray(Array("P1 3 2 101010".utf8)).pixels == [0, 255, 0, 255, 0, 255])
  }

  @Test func `that would take the decoder very long are refused by their header`() throws {
    let bytes = try Raster.encode(Self.image, as: .jpeg())
    let scan = try #require(bytes.indices.first { bytes[$0] == 0xff && bytes[$0 + 1] == 0xda })
    let end = scan + 2 + Int(bytes[scan + 3])
    let repeated = Array(repeating: bytes[scan..<end], count: 100).flatMap(\.self)
    #expect(throws: RasterError.tooManyScans(101)) {
      try Raster.decodeGray(Array(bytes[..<scan]) + repeated + bytes[scan...])
    }
  }

  @Test func `of cameras' raw files are not taken for their previews`() throws {
    #expect(try Raster.decodeGray(Self.tiff(Self.image)) == Self.image)
    for more in [[(0xc612, 1)], [(0xfe, 1), (0x14a, 8)]] {
      #expect(throws: RasterError.rawFile) {
        try Raster.decodeGray(Self.tiff(Self.image, more: more))
      }
    }
    // Canon's begin with "CR" and the version 2.0, and then the directory. Pixels can begin so, too.
    let canon = GrayImage(width: 8, height: 1, pixels: Array("CR\u{2}\0".utf8) + [0, 0, 0, 0])
    #expect(throws: RasterError.rawFile) { try Raster.decodeGray(Self.tiff(canon)) }
    for beginning in ["CR\u{2}\0", "CRT"] {
      let count = beginning.utf8.count
      let pixels = Array(beginning.utf8) + Self.image.pixels.dropFirst(count)
      let image = GrayImage(width: 64, height: 48, pixels: pixels)
      #expect(try Raster.decodeGray(Self.tiff(image)) == image)
    }
  }

  /// The message about such a size used to end the process: the product of its sides overflows an Int.
  @Test func `of sizes that no number holds have a reason like any other`() throws {
    let tiff = Self.tiff(Self.image)
    let big = [UInt8](repeating: 0xff, count: 4)
    let png = [0x89] + Array("PNG\r\n".utf8) + [0x1a, 0x0a, 0, 0, 0, 13] + Array("IHDR".utf8)
    let side = tiff.count - 4 - 9 * 12 + 8
    var hugeTIFF = tiff
    hugeTIFF.replaceSubrange(side..<side + 4, with: big)
    hugeTIFF.replaceSubrange(side + 12..<side + 16, with: big)
    let jpeg2000: [UInt8] =
      [0xff, 0x4f, 0xff, 0x51, 0, 47, 0, 0] + big + big + Array(repeating: 0, count: 40)
    for bytes in [png + big + big + [8, 2, 0, 0, 0], hugeTIFF, jpeg2000] {
      let error = #expect(throws: RasterError.self) { try Raster.decodeGray(bytes) }
      #expect(error?.description.contains("4294967295×4294967295 pixels") == true)
    }
  }

  @Test func `are told by content, not by name`() throws {
    #expect(throws: RasterError.empty) { try Raster.decodeGray([]) }
    let text = #expect(throws: RasterError.self) {
      try Raster.decodeGray(Array("Not a\tpicture".utf8))
    }
    #expect(
      text?.description
        == "not a picture format that Misfire reads (JPEG, PNG, HEIC, AVIF, WebP, TIFF, GIF, JPEG 2000, BMP, PBM, PGM or"
        + " PPM); it begins with “Not a\\u{9}pi”; convert it to one of these")
    // A digit after an escape, or a backslash of the file's own, is not part of one.
    let line = #expect(throws: RasterError.self) {
      try Raster.decodeGray(Array("j\na\\n\u{1}7".utf8))
    }
    #expect(line?.description.contains(#"“j\na\\n\u{1}7”"#) == true)
    #expect(throws: RasterError.unknownFormat(beginning: Array("%PDF-1.7".utf8))) {
      try Raster.decodeGray(Array("%PDF-1.7\n".utf8))
    }
    #expect(throws: RasterError.unknownFormat(beginning: Array("BMW and ".utf8))) {
      try Raster.decodeGray(Array("BMW and other makers of cars".utf8))
    }
  }

  @Test func `of too many pixels are refused by their header`() throws {
    // A PNG header of 60,000 × 60,000 pixels, and a PGM with more than an Int can count; neither has any pixels.
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
    // This header used to end the process: its rows take 2^63 − 8 bytes, which just fits in an Int, but not with the
    // offset of the first pixel added.
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
