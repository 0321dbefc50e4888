internal import Durable
package import Files
package import SystemPackage

extension FilePath {
  /// The file with the reason why this picture is in quarantine: NAME.reason.txt.
  package var reason: FilePath { sibling(reasonSuffix) }
}

extension FolderEntry {
  /// Whether this is not a picture but belongs to one: a reason, or a draft that a crash left.
  package var isReasonOrDraft: Bool {
    name.contains(/\.reason(~[0-9]+)?\.txt$/) || path.extension == FilePath.draftExtension
  }
}

private let reasonSuffix = ".reason.txt"
