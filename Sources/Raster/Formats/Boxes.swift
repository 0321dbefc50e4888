/// The boxes of an ISO base media file, or of a box that holds boxes: each is its length and its kind (four letters), big-endian,
/// and then its content. A length of 1 means that eight bytes behind the kind hold it, 0 that the box is the last.
///
/// Ends where what comes is no whole box.
///
/// - SeeAlso: ISO/IEC 14496-12, 4.2.
struct Boxes: Sequence, IteratorProtocol {
  struct Box {
    let kind: String
    let content: Range<Int>
    /// Whether the file goes on to the end of the box.
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
