/// The boxes of an ISO base media file, or of a box that contains boxes.
///
/// A box is its length (big-endian), its kind (four letters) and its content. A length of 1 means that the eight bytes
/// after the kind hold the length; 0 means that the box is the last one. The sequence ends at anything that is not a box.
///
/// - SeeAlso: ISO/IEC 14496-12, 4.2.
struct Boxes: Sequence, IteratorProtocol {
  struct Box {
    let kind: String
    let content: Range<Int>
    /// Whether the whole box is there.
    let isWhole: Bool
  }

  private let source: ByteSource
  private var rest: Range<Int>

  init(_ source: ByteSource, _ range: Range<Int>) {
    self.source = source
    rest = range.clamped(to: 0..<source.count)
  }

  mutating func next() -> Box? {
    let start = rest.lowerBound
    guard rest.count >= 8, var length = source.bigEndian32(at: start),
      let kind = source.text(at: start + 4, count: 4)
    else { return nil }
    var headerSize = 8
    if length == 1 {
      guard let long = source.number(at: start + 8, byteCount: 8, bigEndian: true) else {
        return nil
      }
      (length, headerSize) = (long, 16)
    } else if length == 0 {
      length = rest.count
    }
    guard length >= headerSize, start + headerSize <= rest.upperBound else { return nil }
    let isWhole = length <= rest.count
    let end = isWhole ? start + length : rest.upperBound
    rest = end..<rest.upperBound
    return Box(kind: kind, content: start + headerSize..<end, isWhole: isWhole)
  }
}
