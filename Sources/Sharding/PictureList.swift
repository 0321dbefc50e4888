internal import Corpus
internal import Digest
internal import Files
package import Pictures
package import SystemPackage

/// The pictures that all shards of a mining share, each with its digest if known.
package struct PictureList: Sendable {
  struct Entry: Sendable {
    let path: FilePath
    /// The SHA-256 from the list; with it, tasks of other shards need not read the picture.
    let digest: SHA256Digest?
  }

  let entries: [Entry]
  /// Where the list came from, for messages; nil if nothing was named.
  private let source: String?

  /// 16 GiB, the longest list accepted.
  private static let longest = 1 << 34

  /// Lists pictures, and all pictures in folders and their subfolders.
  /// - Parameter leftOut: collects files in folders that are not pictures.
  package init(_ paths: [FilePath], _ leftOut: LeftOut) throws {
    let pictures = try paths.flatMap { path in
      path.isFolder ? try listPictures(in: path, leftOut) : [path]
    }
    self.init(
      pictures.map { Entry(path: $0, digest: nil) },
      from: paths.isEmpty ? nil : paths.map(\.string).joined(separator: ", "))
  }

  /// Reads a file with one path per line, or with lines as `sha256sum` prints them.
  package init(file: FilePath) throws {
    let bytes: [UInt8]
    do {
      let opened = try FileDescriptor.open(file, .readOnly, options: [.closeOnExec])
      bytes = try opened.closeAfter { try opened.contents(atMost: Self.longest) }
    } catch let code as Errno where [.noSuchFileOrDirectory, .isDirectory].contains(code) {
      throw WrongCall("\(file): the list cannot be read: \(code)")
    }
    let lines = bytes.split(separator: UInt8(ascii: "\n")).map { line in
      line.last == UInt8(ascii: "\r") ? line.dropLast() : line
    }
    self.init(try lines.filter { !$0.isEmpty }.map { try Entry(line: $0, file) }, from: "\(file)")
  }

  /// Reads paths that each end in a zero byte, as `find -print0` prints them.
  package init(zeroSeparated bytes: [UInt8]) {
    self.init(
      bytes.split(separator: 0).compactMap { FilePath(bytes: $0) }.map {
        Entry(path: $0, digest: nil)
      }, from: "standard input")
  }

  private init(_ entries: [Entry], from source: String?) {
    let working = FilePath.working
    self.entries = entries.map {
      Entry(path: working.pushing($0.path).lexicallyNormalized(), digest: $0.digest)
    }
    self.source = source
  }

  /// Throws if the list is empty, which must be a mistake.
  func requireSome() throws(WrongCall) {
    guard entries.isEmpty else { return }
    let what = source.map { "no pictures in \($0)" } ?? "no pictures are named"
    throw WrongCall("\(what): name pictures, folders or a --list")
  }
}

extension PictureList.Entry {
  private static let digestDigits = 2 * SHA256Digest.byteCount

  /// Parses `PATH`, `DIGEST  PATH` or `DIGEST *PATH`. `sha256sum` puts a backslash before a line if characters in its
  /// path are escaped.
  fileprivate init(line: ArraySlice<UInt8>, _ file: FilePath) throws {
    var rest = line
    var (digest, isEscaped) = (SHA256Digest?.none, false)
    let plain = line.first == UInt8(ascii: "\\") ? line.dropFirst() : line
    if plain.count > Self.digestDigits + 2,
      let found = SHA256Digest(
        hex: String(decoding: plain.prefix(Self.digestDigits), as: UTF8.self)),
      plain[plain.startIndex + Self.digestDigits] == UInt8(ascii: " "),
      [UInt8(ascii: " "), UInt8(ascii: "*")].contains(
        plain[plain.startIndex + Self.digestDigits + 1])
    {
      (digest, isEscaped) = (found, plain.startIndex > line.startIndex)
      rest = plain.dropFirst(Self.digestDigits + 2)
    }
    guard let path = FilePath(bytes: isEscaped ? Self.unescaped(rest) : Array(rest)) else {
      throw WrongCall(
        "\(file): a line contains a zero byte: pass such a list to --stdin0, or write one path per line"
      )
    }
    self.init(path: path, digest: digest)
  }

  private static func unescaped(_ text: ArraySlice<UInt8>) -> [UInt8] {
    var bytes: [UInt8] = []
    var rest = text
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "\\"), let next = rest.popFirst() else {
        bytes.append(byte)
        continue
      }
      bytes.append(
        next == UInt8(ascii: "n")
          ? UInt8(ascii: "\n") : next == UInt8(ascii: "r") ? UInt8(ascii: "\r") : next)
    }
    return bytes
  }
}
