internal import Durable
package import Files
package import SystemPackage

extension FilePath {
  /// Where the reason lies for which this picture is in quarantine: NAME.reason.txt.
  package var reason: FilePath { sibling(reasonSuffix) }
}

extension FolderEntry {
  /// Whether this is no picture but lies beside one: a reason, or a draft that a crash left.
  package var isReasonOrDraft: Bool {
    name.contains(/\.reason(~[0-9]+)?\.txt$/) || path.extension == FilePath.draftExtension
  }
}

private let reasonSuffix = ".reason.txt"
