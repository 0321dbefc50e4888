package import Files
package import Foundation
package import SystemPackage

/// The folder that pictures are dropped into.
package struct Inbox: Sendable {
  package let folder: FilePath

  package init(folder: FilePath) {
    self.folder = folder
  }

  /// What the folder holds now.
  package struct Listing: Sendable {
    /// Files that may be pictures, complete or not, in the order of their arrival: last written last, and by name if times
    /// are equal.
    package var files: [FolderEntry] = []
    /// Entries that can never be mined: links, folders, pipes and the like, and files that have been empty for an hour.
    /// They are left alone.
    package var unminable: [FolderEntry] = []

    package init() {}
  }

  /// - Parameter now: decides whether an empty file has waited long for its writer.
  package func listing(now: Date = .now) throws(FolderUnreadable) -> Listing {
    var listing = Listing()
    let entries = try listFolder(folder)
    let unfinished = Set(entries.compactMap { PassingName.subject(ofControl: $0.name) })
    let longAgo = now.timeIntervalSince1970 - Self.placeholderPatience
    for entry in entries {
      guard PassingName.meaning(of: entry.name) == nil, !unfinished.contains(entry.name) else {
        continue
      }
      if entry.kind == .file && entry.byteCount > 0 {
        listing.files.append(entry)
      } else if entry.kind != .file || Double(entry.modified.seconds) < longAgo {
        // An empty file reserves a name for a program that is about to write it: a browser, a synchronising program, a
        // script.
        listing.unminable.append(entry)
      }
    }
    listing.files.sort {
      $0.modified == $1.modified ? $0.path.precedes($1.path) : $0.modified < $1.modified
    }
    return listing
  }

  /// How many seconds a file may be empty before it is reported.
  private static let placeholderPatience = 3600.0
}
