internal import Glibc
internal import SystemPackage

/// The name by which pictures and annotations are matched: the last part of a path, and the folders above it.
///
/// File names are bytes. Names that differ only in how accents are composed or in their encoding look the same to
/// people, so they match if no name has exactly the same bytes.
struct PictureName: Sendable {
  /// The last part as it is stored.
  let bytes: [UInt8]
  /// The last part as text, which Swift compares by canonical equivalence (NFC and NFD are equal).
  let text: String
  /// The folders above it, outermost first.
  let folders: [String]
  /// What tells pictures in one folder apart: `text`, or more if `bytes` are only a part of the name.
  let whole: String

  /// - Parameter whole: nil if `bytes` are all of the name.
  init(bytes: [UInt8], folders: [String], whole: String? = nil) {
    let text = Self.text(of: bytes)
    (self.bytes, self.text, self.folders) = (bytes, text, folders)
    self.whole = whole ?? text
  }

  /// The name of an existing file, with or without its extension.
  init(_ path: FilePath, withEnding: Bool) {
    let parts = Self.bytes(of: path).split(separator: UInt8(ascii: "/")).map(Array.init)
    let bytes = parts.last ?? []
    self.init(
      bytes: withEnding ? bytes : Self.stem(of: bytes),
      folders: parts.dropLast().map { Self.text(of: $0) })
  }

  /// A name stated in a file, with `/` or Windows' `\` between its parts.
  init(given path: String) {
    let parts = path.split { $0 == "/" || $0 == "\\" }.map(String.init).filter { $0 != "." }
    self.init(bytes: Array((parts.last ?? "").utf8), folders: Array(parts.dropLast()))
  }

  /// The same name below `labels` instead of `images`: there, YOLO's data sets have the file of a picture. Nil if the
  /// picture is not in `images`.
  var amongLabels: PictureName? {
    guard let index = folders.lastIndex(of: "images") else { return nil }
    var folders = folders
    folders[index] = "labels"
    return PictureName(bytes: bytes, folders: folders, whole: whole)
  }

  /// Whether both can be names of one picture, in two formats.
  func isOnePicture(with other: PictureName) -> Bool {
    folders == other.folders && whole == other.whole
  }

  /// How many parent folders agree, counted from the innermost.
  func foldersInCommon(with other: PictureName) -> Int {
    zip(folders.reversed(), other.folders.reversed()).prefix { $0 == $1 }.count
  }

  /// The folders and the name, for messages.
  var inWords: String { (folders + [text]).joined(separator: "/") }

  /// Bytes that are not UTF-8 are read as Latin-1, which older systems used for names.
  private static func text(of bytes: [UInt8]) -> String {
    String(validating: bytes, as: UTF8.self)
      ?? String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
  }

  private static func bytes(of path: FilePath) -> [UInt8] {
    unsafe path.withPlatformString { text in
      unsafe UnsafeBufferPointer(start: text, count: strlen(text)).map { UInt8(bitPattern: $0) }
    }
  }

  private static func stem(of name: [UInt8]) -> [UInt8] {
    guard let dot = name.lastIndex(of: UInt8(ascii: ".")), dot > 0 else { return name }
    return Array(name[..<dot])
  }
}
