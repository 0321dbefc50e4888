internal import CExpat
internal import Glibc

/// Collects data from the elements of an XML document.
protocol XMLGatherer: AnyObject {
  init()
  /// Called when an element begins. `path` holds the names of the open elements, the root's first.
  func begin(_ path: [String])
  /// Called when an element ends. `text` is what came since the last element began or ended.
  func end(_ path: [String], _ text: String)
}

/// An error for XML that cannot be read.
struct MalformedXML: Error {
  /// What is wrong, with the line number.
  let message: String
}

extension XMLGatherer {
  /// Parses a whole document.
  ///
  /// Expat parses it: it loads no external entities, depends on no other library and limits entity expansion. The C
  /// library's iconv converts the encodings that Expat does not know.
  static func reading(_ bytes: [UInt8]) throws(MalformedXML) -> Self {
    let first = XMLReading<Self>(bytes, as: nil)
    let again: XMLReading<Self>
    switch first.error {
    case XML_ERROR_NONE:
      return first.gathered
    case XML_ERROR_UNKNOWN_ENCODING:
      let name = first.declaredEncoding ?? ""
      guard let converted = utf8(bytes, from: name) else {
        throw MalformedXML(message: "\(first.message) “\(name)”; save it in UTF-8")
      }
      again = XMLReading(converted, as: "UTF-8")
    case XML_ERROR_INCORRECT_ENCODING:
      // .NET can write such a document: it declares UTF-16 but is UTF-8.
      again = XMLReading(bytes, as: "UTF-8")
    case XML_ERROR_INVALID_TOKEN where String(validating: bytes, as: UTF8.self) == nil:
      // The declared encoding is missing or wrong. Whatever it really is, its tags and numbers are ASCII.
      again = XMLReading(bytes, as: "ISO-8859-1")
    default:
      throw MalformedXML(message: first.message)
    }
    guard again.error == XML_ERROR_NONE else { throw MalformedXML(message: again.message) }
    return again.gathered
  }
}

/// One run of Expat over a document.
private final class XMLReading<Gatherer: XMLGatherer> {
  let gathered = Gatherer()
  private(set) var error = XML_ERROR_NONE
  /// What is wrong, with the line number; empty if the document was read.
  private(set) var message = ""
  private(set) var declaredEncoding: String?
  /// The names of the open elements, the root's first.
  private var open: [String] = []
  private var text = ""

  /// - Parameter encoding: overrides the encoding that the document declares.
  init(_ bytes: [UInt8], as encoding: String?) {
    guard let parser = unsafe XML_ParserCreate(encoding) else {
      (error, message) = (XML_ERROR_NO_MEMORY, "there is not enough memory to read it")
      return
    }
    defer { unsafe XML_ParserFree(parser) }
    let hearer = XMLHearer(
      begin: { self.begin($0) }, end: { self.end() }, text: { self.text += $0 },
      encoding: { self.declaredEncoding = $0 })
    unsafe hearer.listen(to: parser)
    let status = unsafe bytes.withUnsafeBytes { buffer in
      unsafe XML_Parse(
        parser, buffer.baseAddress?.assumingMemoryBound(to: CChar.self),
        Int32(clamping: buffer.count), 1)
    }
    withExtendedLifetime(hearer) {}
    guard status == XML_STATUS_ERROR else { return }
    error = unsafe XML_GetErrorCode(parser)
    let words = unsafe String(cString: XML_ErrorString(error))
    message = unsafe "line \(cexpat_line(parser)): \(words)"
  }

  private func begin(_ name: String) {
    open.append(name)
    gathered.begin(open)
    text = ""
  }

  private func end() {
    gathered.end(open, text)
    open.removeLast()
    text = ""
  }
}

/// Receives Expat's callbacks. C function pointers cannot refer to a generic type.
private final class XMLHearer {
  private let begin: (String) -> Void
  private let end: () -> Void
  private let text: (String) -> Void
  private let encoding: (String) -> Void

  init(
    begin: @escaping (String) -> Void, end: @escaping () -> Void,
    text: @escaping (String) -> Void, encoding: @escaping (String) -> Void
  ) {
    (self.begin, self.end, self.text, self.encoding) = (begin, end, text, encoding)
  }

  func listen(to parser: XML_Parser) {
    unsafe XML_SetUserData(parser, Unmanaged.passUnretained(self).toOpaque())
    unsafe XML_SetElementHandler(
      parser, { data, name, _ in unsafe XMLHearer.at(data).begin(String(cString: name!)) },
      { data, _ in unsafe XMLHearer.at(data).end() })
    unsafe XML_SetCharacterDataHandler(parser) { data, characters, count in
      let bytes = unsafe UnsafeRawBufferPointer(start: characters, count: Int(count))
      unsafe XMLHearer.at(data).text(String(decoding: bytes, as: UTF8.self))
    }
    unsafe XML_SetXmlDeclHandler(parser) { data, _, encoding, _ in
      if let encoding = unsafe encoding {
        unsafe XMLHearer.at(data).encoding(String(cString: encoding))
      }
    }
  }

  private static func at(_ data: UnsafeMutableRawPointer?) -> XMLHearer {
    unsafe Unmanaged<XMLHearer>.fromOpaque(data!).takeUnretainedValue()
  }
}

/// Converts a document to UTF-8; nil if iconv does not know the encoding, or the bytes are invalid in it.
///
/// A document whose declaration could be read has one byte per character there, so a declared UTF-16 or UTF-32 is
/// wrong, and the bytes are returned unchanged.
private func utf8(_ bytes: [UInt8], from encoding: String) -> [UInt8]? {
  let isOfWords = ["UTF-16", "UTF-32", "UTF16", "UTF32", "UCS", "UNICODE"]
    .contains { encoding.uppercased().hasPrefix($0) }
  if isOfWords { return bytes }
  let converter = unsafe iconv_open("UTF-8", encoding)
  guard unsafe converter != iconv_t(bitPattern: -1) else { return nil }
  defer { _ = unsafe iconv_close(converter) }
  // Each byte of these encodings becomes at most four bytes of UTF-8.
  var input = bytes.map { CChar(bitPattern: $0) }
  return unsafe input.withUnsafeMutableBufferPointer { input in
    var (from, fromCount) = (input.baseAddress, input.count)
    var isWhole = false
    let output = unsafe [UInt8](unsafeUninitializedCapacity: 4 * input.count + 4) { room, count in
      unsafe room.withMemoryRebound(to: CChar.self) { room in
        var (to, toCount) = (room.baseAddress, room.count)
        isWhole = unsafe iconv(converter, &from, &fromCount, &to, &toCount) != -1
        count = room.count - toCount
      }
    }
    return isWhole ? output : nil
  }
}
