internal import Glibc
package import SystemPackage

extension FilePath {
  /// This path with `suffix` added to its last name, as in `car.jpg.reason.txt`.
  ///
  /// If the name would exceed what file systems allow (255 bytes), it is shortened before the suffix and gets a hash
  /// of the whole name, so that long names stay different.
  package func sibling(_ suffix: String) -> FilePath {
    guard let name = lastComponent else { return self }
    return removingLastComponent().appending(name.with(suffix: suffix))
  }

  /// The extension of a draft, which is written beside the file that it replaces once complete.
  package static let draftExtension = "draft"

  var draft: FilePath { sibling(".\(Self.draftExtension)") }
}

extension FilePath.Component {
  /// The longest file name, in bytes.
  private static let longest = 255

  /// `car~2.jpg` for `car.jpg`: it keeps the extension, so the file still counts as a picture.
  func numbered(_ copy: Int) -> FilePath.Component {
    let whole = bytes
    let dot = whole.lastIndex(of: UInt8(ascii: ".")) ?? whole.endIndex
    // Excludes a name that begins with its only dot, and a tail too long for an extension.
    let stem = dot > 0 && whole.count - dot <= 16 ? dot : whole.endIndex
    return Self.joining(whole[..<stem], Array("~\(copy)".utf8) + whole[stem...])
  }

  func with(suffix: String) -> FilePath.Component {
    let bytes = bytes
    guard bytes.count + suffix.utf8.count > Self.longest else {
      return Self.joining(bytes[...], Array(suffix.utf8))
    }
    // The 32-bit FNV-1a hash of Fowler, Noll and Vo.
    let hash = bytes.reduce(2_166_136_261 as UInt32) { ($0 ^ UInt32($1)) &* 16_777_619 }
    return Self.joining(bytes[...], Array("~\(String(hash, radix: 36))\(suffix)".utf8))
  }

  private var bytes: [UInt8] {
    unsafe withPlatformString {
      unsafe Array(UnsafeRawBufferPointer(start: $0, count: strlen($0)))
    }
  }

  /// `head`, shortened by whole UTF-8 characters as far as necessary, followed by `tail`.
  private static func joining(_ head: ArraySlice<UInt8>, _ tail: [UInt8]) -> FilePath.Component {
    var head = head
    while head.count + tail.count > longest {
      let last = head.removeLast()
      guard last & 0b1100_0000 == 0b1000_0000 else { continue }
      while let next = head.last, next & 0b1100_0000 == 0b1000_0000 { head.removeLast() }
      head.removeLast()
    }
    let name = (head + tail).map(CChar.init(bitPattern:)) + [0]
    return FilePath.Component(platformString: name)!
  }
}
