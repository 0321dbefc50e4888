internal import CExpat
internal import Glibc

/// Gathers something from the elements of an XML document.
protocol XMLGatherer: AnyObject {
  init()
  /// Hears of an element that begins, by the names of the open ones, the root's first.
  func begin(_ path: [String])
  /// Hears of an element that ends, likewise, and of the text since an element last began or ended.
  func end(_ path: [String], _ text: String)
}

/// XML that cannot be read.
struct MalformedXML: Error {
  /// What is wrong with it, with its line.
  let message: String
}

extension XMLGatherer {
  /// Gathers from a whole document.
  ///
  /// Read with Expat, which loads nothing from elsewhere, needs no other library and limits what entities grow to. The
  /// encodings that it does not know the C library's iconv does.
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
      // As .NET writes: UTF-16 in the declaration, and bytes in the file.
      again = XMLReading(bytes, as: "UTF-8")
    case XML_ERROR_INVALID_TOKEN where String(validating: bytes, as: UTF8.self) == nil:
      // Nobody said the encoding, or said it wrongly. Tags and numbers are the same in all that is left.
      again = XMLReading(bytes, as: "ISO-8859-1")
    default:
      throw MalformedXML(message: first.message)
    }
    guard again.error == XML_ERROR_NONE else { throw MalformedXML(message: again.message) }
    return again.gathered
  }
}

/// One way of Expat through a document.
private final class XMLReading<Gatherer: XMLGatherer> {
  let gathered = Gatherer()
  private(set) var error = XML_ERROR_NONE
  /// What is wrong, with its line; empty if nothing is.
  private(set) var message = ""
  private(set) var declaredEncoding: String?
  /// The names of the open elements, the root's first.
  private var open: [String] = []
  private var text = ""

  /// - Parameter encoding: overrules what the document declares.
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

/// What Expat's callbacks, which know no generic types, call.
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

/// A document in UTF-8 that declares another encoding; nil if nobody knows that, or the bytes are none of it.
///
/// What could be read as far as the declaration has bytes for letters: where it speaks of UTF-16 it is wrong.
private func utf8(_ bytes: [UInt8], from encoding: String) -> [UInt8]? {
  let isOfWords = ["UTF-16", "UTF-32", "UTF16", "UTF32", "UCS", "UNICODE"]
    .contains { encoding.uppercased().hasPrefix($0) }
  if isOfWords { return bytes }
  let converter = unsafe iconv_open("UTF-8", encoding)
  guard unsafe converter != iconv_t(bitPattern: -1) else { return nil }
  defer { _ = unsafe iconv_close(converter) }
  // No character of these takes more than four bytes of UTF-8 a byte.
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
