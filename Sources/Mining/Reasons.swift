internal import Durable
package import Files
package import SystemPackage
internal import Text

extension FilePath {
  /// The file with the reason why this picture is in quarantine: NAME.reason.txt.
  package var reason: FilePath { sibling(reasonSuffix) }
}

extension FolderEntry {
  /// Whether this is not a picture but belongs to one: a reason, or a draft that a crash left.
  package var isReasonOrDraft: Bool {
    isReason || path.extension == FilePath.draftExtension
  }

  var isReason: Bool { name.contains(/\.reason(~[0-9]+)?\.txt$/) }

  /// Where this reason would be if nothing had been in its place.
  var firstPlaceOfReason: FilePath {
    let first = path.lastComponent?.string.replacing(/\.reason~[0-9]+\.txt$/, with: reasonSuffix)
    return first.map { path.removingLastComponent().appending($0) } ?? path
  }
}

/// The content of the file with a reason.
func reasonFile(_ reason: String) -> [UInt8] {
  Array("\(reason.printable(keepingLines: true))\n".utf8)
}

private let reasonSuffix = ".reason.txt"
