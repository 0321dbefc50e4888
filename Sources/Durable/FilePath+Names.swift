internal import Glibc
package import SystemPackage

extension FilePath {
  /// This path with `suffix` added to its last name, as in `car.jpg.reason.txt`.
  ///
  /// A name that would grow longer than file systems allow (255 bytes) is shortened before the
  /// suffix, and gets a number made from all of it, so that long names stay different.
  package func sibling(_ suffix: String) -> FilePath {
    guard let name = lastComponent else { return self }
    return removingLastComponent().appending(name.with(suffix: suffix))
  }

  /// The extension of a draft, written beside the file whose name it takes when it is complete.
  package static let draftExtension = "draft"

  var draft: FilePath { sibling(".\(Self.draftExtension)") }
}

extension FilePath.Component {
  /// The longest name a file may have, in bytes.
  private static let longest = 255

  /// `car~2.jpg` for `car.jpg`, so that it is still known as a picture.
  func numbered(_ copy: Int) -> FilePath.Component {
    let whole = bytes
    let dot = whole.lastIndex(of: UInt8(ascii: ".")) ?? whole.endIndex
    // Not a name that begins with its only dot, nor a tail too long to be an extension.
    let stem = dot > 0 && whole.count - dot <= 16 ? dot : whole.endIndex
    return Self.joining(whole[..<stem], Array("~\(copy)".utf8) + whole[stem...])
  }

  func with(suffix: String) -> FilePath.Component {
    let bytes = bytes
    guard bytes.count + suffix.utf8.count > Self.longest else {
      return Self.joining(bytes[...], Array(suffix.utf8))
    }
    // Fowler, Noll & Vo's hash, FNV-1a with 32 bits.
    let hash = bytes.reduce(2_166_136_261 as UInt32) { ($0 ^ UInt32($1)) &* 16_777_619 }
    return Self.joining(bytes[...], Array("~\(String(hash, radix: 36))\(suffix)".utf8))
  }

  private var bytes: [UInt8] {
    unsafe withPlatformString {
      unsafe Array(UnsafeRawBufferPointer(start: $0, count: strlen($0)))
    }
  }

  /// `head`, shortened by whole characters of UTF-8 as far as is necessary, and `tail`.
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
