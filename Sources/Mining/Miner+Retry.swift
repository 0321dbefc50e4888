internal import Corpus
internal import Digest
internal import Durable
internal import Files
internal import Pictures
internal import Settings
package import SystemPackage

extension Miner {
  /// Moves quarantined pictures back to the inbox, to be tried again.
  /// - Parameter names: of files in quarantine; nil: all. Reasons among them are not pictures, and are skipped.
  /// - Returns: where they are now.
  package func retry(_ names: [FilePath.Component]? = nil) throws -> [FilePath] {
    try makeFolders()
    let files = try listFolder(setup.folders.quarantine).filter { entry in
      guard let name = entry.path.lastComponent, entry.kind == .file, !entry.isReasonOrDraft else {
        return false
      }
      return names?.contains(name) ?? true
    }
    return try files.map { entry in
      let note = entry.path.reason
      try ledger.forgetQuarantined([PictureBytes(reading: entry.path).digest])
      // Before the move: a daemon may quarantine the picture again at once, with a new reason beside it.
      if folderEntry(at: note) != nil { try Durable.remove(note) }
      return try Durable.move(entry.path, into: setup.folders.inbox)
    }
  }
}
