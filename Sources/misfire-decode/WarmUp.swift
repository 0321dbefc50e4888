internal import Codecs
internal import Detection
internal import Raster

/// Decodes one small picture of every format, so that libraries do their one-time setup while they can still open files.
enum WarmUp {
  static func run() throws {
    for fileExtension in [".png", ".jpg", ".bmp", ".webp", ".ppm", ".tiff", ".jp2"] {
      try decode(encoded(as: fileExtension), fileExtension == ".jpg" ? .jpeg : .openCV)
    }
    for (codec, text) in written { try decode(bytes(of: text), codec) }
  }

  private static func encoded(as fileExtension: String) throws -> [UInt8] {
    // Large enough for JPEG 2000, which halves a picture five times.
    let side = 64
    let pixels: [UInt8] = Array(repeating: 128, count: 3 * side * side)
    return try unsafe pixels.withUnsafeBytes { pixels in
      let picture = try unsafe EncodedPicture(
        pixels, size: PixelSize(width: side, height: side), channelCount: 3,
        fileExtension: fileExtension, quality: 90)
      return unsafe picture.withBytes { bytes in unsafe Array(bytes) }
    }
  }

  private static func decode(_ picture: [UInt8], _ codec: Codec) throws {
    do {
      _ = try unsafe picture.withUnsafeBytes { try unsafe DecodedPicture($0, codec: codec).size }
    } catch CodecError.noCodec {
      // Decoding a picture of this format reports it.
    }
  }

  /// Pictures in formats that OpenCV cannot write, in hexadecimal: grey, of 1×1 or 16×16 pixels.
  private static let written: [(Codec, String)] = [
    (
      .gif, "474946383761010001008100000000000000000000000000002c000000000100010000080400010404003b"
    ),
    (
      .webPAnimation,
      "524946469400000057454250565038580a00000002000000000000000000414e494d06000000000000000000414e4d463000"
        + "00000000000000000000000000000000000256503820180000003001009d012a0100010001402625a400037000fefd366800"
        + "414e4d46300000000000000000000000000000000000000056503820180000003401009d012a0100010000002625a4000370"
        + "00fefccab000"
    ),
    // HEIC.
    (
      .heif,
      "0000001c6674797068656963000000006d696631686569636d6961660000017c6d657461000000000000002168646c720000"
        + "000000000000706963740000000000000000000000000000000022696c6f63000000004440000100010000000001a0000100"
        + "0000000000001c0000002369696e6600000000000100000015696e6665020000000001000068766331000000000e7069746d"
        + "000000000001000000fc69707270000000dc6970636f00000075687663430103700000009000000000001ef000fcfdf8f800"
        + "000f03600001001840010c01ffff03700000030090000003000003001eba0240610001002942010103700000030090000003"
        + "000003001ea020810596eaae9ae6e021a0c08000000c80000003008462000100064401c173c18900000013636f6c726e636c"
        + "780001000d000680000000146973706500000000000000400000004000000028636c61700000001000000001000000100000"
        + "0001ffffffd000000002ffffffd000000002000000107069786900000000030808080000001869706d610000000000000001"
        + "0001058102030584000000246d646174000000182801af041238dcf895a09230ace72f3ca15edee091f08a80"
    ),
    // AVIF.
    (
      .heif,
      "00000020667479706176696600000000617669666d6966316d6961664d413142000000eb6d65746100000000000000216864"
        + "6c72000000000000000070696374000000000000000000000000000000000e7069746d0000000000010000001e696c6f6300"
        + "00000044000001000100000001000001130000001f0000002869696e660000000000010000001a696e666502000000000100"
        + "0061763031436f6c6f72000000006a697072700000004b6970636f0000001469737065000000000000001000000010000000"
        + "107069786900000000030808080000000c6176314381000c0000000013636f6c726e636c780001000d000680000000176970"
        + "6d61000000000000000100010401028304000000276d64617412000a09180cffda2021a0d08032101ec7878559dfffffe2c0"
        + "0000757d6658"
    ),
  ]

  private static func bytes(of hexadecimal: String) -> [UInt8] {
    let digits = hexadecimal.utf8.map { UInt8($0 < 0x60 ? $0 - 0x30 : $0 - 0x57) }
    return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
  }
}
