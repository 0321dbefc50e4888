internal import CExpat
internal import Detection
internal import SystemPackage

/// Pascal VOC's annotation of a picture: XML with an `object` for each, whose `bndbox` holds `xmin`, `ymin`, `xmax` and
/// `ymax`, counted from 1, the last pixel included.
///
/// Read with Expat, which loads nothing from elsewhere, needs no other library and limits what entities grow to.
enum VOCFile {
  static func boxes(_ path: FilePath) throws(AnnotationError) -> [Box] {
    let bytes = Array(try bytes(of: path))
    let reading = VOCReading()
    if let failure = reading.parse(bytes) { throw AnnotationError(path, failure) }
    guard reading.hasRoot else {
      throw AnnotationError(path, "the XML is no Pascal VOC annotation: it has no <annotation>")
    }
    var boxes: [Box] = []
    for edges in reading.objects {
      guard let left = edges["xmin"], let top = edges["ymin"], let right = edges["xmax"],
        let bottom = edges["ymax"],
        let box = Box(left: max(left - 1, 0), top: max(top - 1, 0), right: right, bottom: bottom)
      else {
        throw AnnotationError(
          path, "an object has no bndbox with the numbers xmin, ymin, xmax and ymax")
      }
      boxes.append(box)
    }
    return boxes
  }
}

/// What Expat has come across.
private final class VOCReading {
  private(set) var hasRoot = false
  /// The edges of each object by their element's name.
  private(set) var objects: [[String: Double]] = []
  /// The names of the open elements, the root's first.
  private var open: [String] = []
  private var text = ""

  /// - Returns: what is wrong with the XML, with its line, or nil.
  func parse(_ bytes: [UInt8]) -> String? {
    guard let parser = unsafe XML_ParserCreate(nil) else { return "there is no memory to read it" }
    defer { unsafe XML_ParserFree(parser) }
    unsafe XML_SetUserData(parser, Unmanaged.passUnretained(self).toOpaque())
    unsafe XML_SetElementHandler(
      parser, { data, name, _ in unsafe VOCReading.at(data).start(String(cString: name!)) },
      { data, _ in unsafe VOCReading.at(data).end() })
    unsafe XML_SetCharacterDataHandler(parser) { data, characters, count in
      let bytes = unsafe UnsafeRawBufferPointer(start: characters, count: Int(count))
      unsafe VOCReading.at(data).text += String(decoding: bytes, as: UTF8.self)
    }
    let status = unsafe bytes.withUnsafeBytes { buffer in
      unsafe XML_Parse(
        parser, buffer.baseAddress?.assumingMemoryBound(to: CChar.self),
        Int32(clamping: buffer.count), 1)
    }
    guard status == XML_STATUS_ERROR else { return nil }
    let words = unsafe String(cString: XML_ErrorString(XML_GetErrorCode(parser)))
    return unsafe "line \(XML_GetCurrentLineNumber(parser)): \(words)"
  }

  private static func at(_ data: UnsafeMutableRawPointer?) -> VOCReading {
    unsafe Unmanaged<VOCReading>.fromOpaque(data!).takeUnretainedValue()
  }

  private func start(_ name: String) {
    if open.isEmpty { hasRoot = name == "annotation" }
    open.append(name)
    // Objects may have parts, with boxes of their own; only the objects count.
    if open == ["annotation", "object"] { objects.append([:]) }
    text = ""
  }

  private func end() {
    if open.dropLast() == ["annotation", "object", "bndbox"], let name = open.last {
      objects[objects.count - 1][name] = Double(text.filter { !$0.isWhitespace })
    }
    open.removeLast()
    text = ""
  }
}
