import Durable
import Foundation
import SystemPackage

/// The disk, and what a power cut would have left of a folder after each of its operations.
///
/// Only what was synchronized is sure. A file's content that was not is there, half there, or as it
/// last was; a folder's list of names may be any it had since it was last synchronized, whatever
/// the other folders' lists are. While something is under way, though, a journal is relied on for
/// one thing: a name does not leave one folder before it is in the other.
final class RecordingDisk: Disk, @unchecked Sendable {
  /// What a name in a folder stands for.
  enum Entry: Hashable {
    case file(inode: UInt64)
    case folder
  }

  private let root: FilePath
  /// The synchronization that is only pretended, for testing the tests; nil for none.
  private let forgotten: Int?
  /// How often something was synchronized.
  private(set) var synchronizationCount = 0
  /// Called between operations, with what would be left then.
  private let observe: (RecordingDisk) throws -> Void
  private(set) var observationError: (any Error)?

  /// A folder's names, and the look at which they were first seen.
  private struct List {
    var names: [String: Entry]
    var since: Int
  }

  /// Whether a journal keeps renames whole.
  var hasJournal = true
  private var looks = 0
  /// The lists of names that each folder may have after a power cut; the first is on the disk.
  private var lists: [FilePath: [List]] = [:]
  /// Looks before which a file was renamed from one folder to another.
  private var renames: [(look: Int, source: FilePath, target: FilePath)] = []
  /// What is on the disk of each file, and what is in memory.
  private(set) var synchronized: [UInt64: Data] = [:]
  private(set) var written: [UInt64: Data] = [:]
  /// Open files keep their inodes from being used again.
  private var open: [UInt64: FileHandle] = [:]

  /// Everything in `root` is on the disk to begin with.
  init(
    _ root: FilePath, forgetting forgotten: Int?, observe: @escaping (RecordingDisk) throws -> Void
  )
    throws
  {
    self.root = root
    self.forgotten = forgotten
    self.observe = observe
    try look()
    synchronized = written
    lists = lists.mapValues { [$0.last!] }
  }

  func perform(_ operation: DiskOperation) throws(DurableError) {
    note()
    if case .rename(let source, to: let target) = operation {
      renames.append((looks + 1, source.removingLastComponent(), target.removingLastComponent()))
    }
    try SystemDisk().perform(operation)
    if case .synchronize(let path) = operation {
      synchronizationCount += 1
      if synchronizationCount - 1 != forgotten { synchronize(path) }
    }
    note()
  }

  /// Takes in what has changed, and shows what would be left now.
  func note() {
    do {
      try look()
      try observe(self)
    } catch {
      observationError = observationError ?? error
    }
  }

  private func synchronize(_ path: FilePath) {
    do {
      try look()
      if let list = lists[path]?.last {
        lists[path] = [list]
      } else {
        let inode = try path.stat().inode.rawValue
        synchronized[UInt64(inode)] = written[UInt64(inode)]
      }
    } catch {
      observationError = observationError ?? error
    }
  }

  private func look() throws {
    looks += 1
    var folders = [root]
    while let folder = folders.popLast() {
      var list: [String: Entry] = [:]
      for name in try FileManager.default.contentsOfDirectory(atPath: folder.string)
      where !name.hasSuffix(".lock") {
        let path = folder.appending(name)
        let status = try path.stat(followTargetSymlink: false)
        if status.type == .directory {
          list[name] = .folder
          folders.append(path)
        } else {
          let inode = UInt64(status.inode.rawValue)
          list[name] = .file(inode: inode)
          written[inode] = try Data(contentsOf: URL(filePath: path.string))
          open[inode] = try open[inode] ?? FileHandle(forReadingFrom: URL(filePath: path.string))
        }
      }
      // A new folder has nothing in it on the disk.
      let known = lists[folder] ?? [List(names: [:], since: 0)]
      lists[folder] = known.last?.names == list ? known : known + [List(names: list, since: looks)]
    }
  }
}

extension RecordingDisk {
  /// What may be left after a power cut: the content of each file, by its path below the root.
  typealias Remains = [FilePath: Data]

  /// Everything that a power cut may leave now.
  func remains() -> Set<Remains> {
    var choices: [[FilePath: List]] = [[:]]
    for (folder, lists) in lists {
      choices = choices.flatMap { choice in lists.map { choice.merging([folder: $0]) { $1 } } }
    }
    return choices.filter(isPossible).reduce(into: []) {
      $0.formUnion(remains(of: root, at: FilePath(""), $1))
    }
  }

  /// Whether no name has left a folder without being in the other.
  private func isPossible(_ choice: [FilePath: List]) -> Bool {
    !hasJournal
      || renames.allSatisfy { rename in
        choice[rename.source]!.since < rename.look || choice[rename.target]!.since >= rename.look
      }
  }

  private func remains(of folder: FilePath, at place: FilePath, _ choice: [FilePath: List])
    -> Set<Remains>
  {
    var all: Set<Remains> = [[:]]
    for (name, entry) in choice[folder]!.names {
      let parts: Set<Remains>
      switch entry {
      case .folder:
        parts = remains(of: folder.appending(name), at: place.appending(name), choice)
      case .file(let inode):
        parts = Set(contents(of: inode).map { [place.appending(name): $0] })
      }
      all = Set(all.flatMap { one in parts.map { one.merging($0) { $1 } } })
    }
    return all
  }

  private func contents(of inode: UInt64) -> Set<Data> {
    let written = written[inode] ?? Data()
    let synchronized = synchronized[inode] ?? Data()
    guard written != synchronized else { return [written] }
    return [synchronized, written.prefix(written.count / 2), written]
  }
}
