/// JPEG 2000, big-endian: a code stream, alone or in the box "jp2c" of a JP2 file. The stream is ff4f SOC, ff51 SIZ (length,
/// capabilities, right and lower edge, left and upper edge, …), tile-parts that begin with ff90 SOT, which has the length
/// of the part, and ffd9 EOC.
///
/// - SeeAlso: ITU-T T.800, annexes A and I.
extension PictureHeader {
  static func isJPEG2000(_ source: ByteSource) -> Bool {
    source.starts(with: [0xff, 0x4f, 0xff, 0x51])
      || source.starts(with: [0, 0, 0, 12, 0x6a, 0x50, 0x20, 0x20, 0x0d, 0x0a, 0x87, 0x0a])
  }

  init?(jpeg2000 source: ByteSource) {
    let stream: Int
    if source.starts(with: [0xff, 0x4f]) {
      stream = 0
    } else {
      guard let box = Boxes(source, 0..<source.count).first(where: { $0.kind == "jp2c" }) else {
        return nil
      }
      stream = box.content.lowerBound
    }
    let sizes = stream + 8
    guard source.bigEndian16(at: stream + 2) == 0xff51, let right = source.bigEndian32(at: sizes),
      let bottom = source.bigEndian32(at: sizes + 4), let left = source.bigEndian32(at: sizes + 8),
      let top = source.bigEndian32(at: sizes + 12), left < right, top < bottom
    else { return nil }
    self.init(
      format: .jpeg2000, width: right - left, height: bottom - top,
      isComplete: Self.hasAllParts(source, from: stream + 2))
  }

  /// Whether the code stream reaches its end marker.
  private static func hasAllParts(_ source: ByteSource, from offset: Int) -> Bool {
    var offset = offset
    while let marker = source.bigEndian16(at: offset) {
      switch marker {
      case 0xffd9: return true
      case 0xff90:
        guard let length = source.bigEndian32(at: offset + 6) else { return false }
        // A part without a length extends to the end marker.
        guard length >= 12 else { return source.endsWith([0xff, 0xd9]) }
        offset += length
      default:
        guard let length = source.bigEndian16(at: offset + 2), length >= 2 else { return false }
        offset += 2 + length
      }
    }
    return false
  }
}
