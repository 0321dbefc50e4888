/// HEIF is a sequence of boxes. "ftyp" names the kind of file, and "meta" describes all items: "pitm" names the primary
/// one, "iprp" holds the properties ("ipco") and assigns them to items ("ipma"). The property "ispe" is the size, and
/// "clap" crops; libheif applies "irot" (rotation) and "imir" (mirroring).
///
/// - SeeAlso: ISO/IEC 23008-12.
extension PictureHeader {
  /// HEIC or AVIF, from the brands in "ftyp"; nil if it is neither, such as a video.
  static func heifFormat(of source: ByteSource) -> Format? {
    var boxes = Boxes(source, 0..<source.count)
    guard let box = boxes.next(), box.kind == "ftyp" else { return nil }
    let brands = Swift.stride(from: box.content.lowerBound, to: box.content.upperBound, by: 4)
      .compactMap { source.text(at: $0, count: 4) }
    if brands.contains(where: { ["avif", "avis"].contains($0) }) { return .avif }
    let heic = ["heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1"]
    return brands.contains(where: heic.contains) ? .heic : nil
  }

  /// The boxes that a picture is in, or that come before it. Anything else at the end, such as a camera's note, is not part of
  /// the picture.
  private static let ownKinds: Set = [
    "ftyp", "free", "skip", "uuid", "moov", "meta", "mdat",
  ]

  init?(heif source: ByteSource, _ format: Format) {
    var isComplete = true
    var meta: Range<Int>?
    for box in Boxes(source, 0..<source.count) where Self.ownKinds.contains(box.kind) {
      isComplete = isComplete && box.isWhole
      // Its first four bytes are a version and flags.
      if box.kind == "meta", box.content.count >= 4 {
        meta = box.content.lowerBound + 4..<box.content.upperBound
      }
    }
    guard let meta, let item = HEIFItem(source, meta) else { return nil }
    self.init(format: format, width: item.width, height: item.height, isComplete: isComplete)
    isCropped = item.isCropped
  }
}

/// The primary picture of a HEIF file.
private struct HEIFItem {
  var width = 0
  var height = 0
  var isCropped = false

  /// - Parameter meta: the content of the box "meta".
  init?(_ source: ByteSource, _ meta: Range<Int>) {
    let boxes = Array(Boxes(source, meta))
    guard let primary = boxes.first(where: { $0.kind == "pitm" }),
      let form = source[primary.content.lowerBound],
      let item = source.number(
        at: primary.content.lowerBound + 4, byteCount: form == 0 ? 2 : 4, bigEndian: true),
      let properties = boxes.first(where: { $0.kind == "iprp" })
    else { return nil }
    let inside = Array(Boxes(source, properties.content))
    guard let container = inside.first(where: { $0.kind == "ipco" }) else { return nil }
    let all = Array(Boxes(source, container.content))
    for association in inside where association.kind == "ipma" {
      for index in Self.properties(of: item, source, association.content)
      where all.indices.contains(index - 1) {
        take(all[index - 1], source)
      }
    }
    guard width > 0 else { return nil }
  }

  private mutating func take(_ property: Boxes.Box, _ source: ByteSource) {
    let start = property.content.lowerBound
    switch property.kind {
    case "ispe":
      width = source.bigEndian32(at: start + 4) ?? 0
      height = source.bigEndian32(at: start + 8) ?? 0
    case "clap": isCropped = true
    default: break
    }
  }

  /// The properties that the box "ipma" assigns to the item, counted from 1.
  private static func properties(
    of item: Int, _ source: ByteSource, _ content: Range<Int>
  ) -> [Int] {
    let start = content.lowerBound
    guard let form = source[start], let flags = source[start + 3],
      let itemCount = source.bigEndian32(at: start + 4)
    else { return [] }
    let (itemSize, indexSize) = (form == 0 ? 2 : 4, flags & 1 == 0 ? 1 : 2)
    var offset = start + 8
    for _ in 0..<min(itemCount, content.count) {
      guard let number = source.number(at: offset, byteCount: itemSize, bigEndian: true),
        let count = source[offset + itemSize]
      else { return [] }
      offset += itemSize + 1
      if number == item {
        return (0..<Int(count)).compactMap { index in
          // The top bit marks the property as essential.
          source.number(at: offset + index * indexSize, byteCount: indexSize, bigEndian: true)
            .map { $0 & (indexSize == 1 ? 0x7f : 0x7fff) }
        }
      }
      offset += Int(count) * indexSize
    }
    return []
  }
}
