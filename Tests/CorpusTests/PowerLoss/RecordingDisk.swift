import Durable
import Foundation
import SystemPackage

/// A disk that records what a power cut would have left of a folder after each of its operations.
///
/// Only what was synchronized is certain to survive. The content of a file that was not can be complete, partial or
/// as it last was. A folder's list of names can be any that it had since it was last synchronized, independent of the
/// other folders' lists. While an operation is in progress, one guarantee of a journal is assumed: a name does not
/// leave one folder before it is in the other.
final class RecordingDisk: Disk, @unchecked Sendable {
  /// What a name in a folder refers to.
  enum Entry: Hashable {
    case file(inode: UInt64)
    case folder
  }

  private let root: FilePath
  /// The synchronization that is only pretended, to test the tests; nil for none.
  private let forgotten: Int?
  /// The number of synchronizations so far.
  private(set) var synchronizationCount = 0
  /// Called between operations, when this disk knows what a power cut would leave.
  private let observe: (RecordingDisk) throws -> Void
  private(set) var observationError: (any Error)?

  /// A folder's names, and the observation in which they were first seen.
  private struct List {
    var names: [String: Entry]
    var since: Int
  }

  /// Whether a journal keeps renames whole.
  var hasJournal = true
  private var looks = 0
  /// The lists of names that each folder can have after a power cut; the first is on the disk.
  private var lists: [FilePath: [List]] = [:]
  /// The renames from one folder to another, each with the observation that followed it.
  private var renames: [(look: Int, source: FilePath, target: FilePath)] = []
  /// Each file's content on the disk, and in memory.
  private(set) var synchronized: [UInt64: Data] = [:]
  private(set) var written: [UInt64: Data] = [:]
  /// Files kept open so that their inodes are not reused.
  private var open: [UInt64: FileHandle] = [:]

  /// At the start, everything in `root` is on the disk.
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

  /// Records what has changed, and reports what would be left now.
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
      // On the disk, a new folder is empty.
      let known = lists[folder] ?? [List(names: [:], since: 0)]
      lists[folder] = known.last?.names == list ? known : known + [List(names: list, since: looks)]
    }
  }
}

extension RecordingDisk {
  /// What a power cut can leave: the content of each file, by its path below the root.
  typealias Remains = [FilePath: Data]

  /// All states that a power cut can leave now.
  func remains() -> Set<Remains> {
    var choices: [[FilePath: List]] = [[:]]
    for (folder, lists) in lists {
      choices = choices.flatMap { choice in lists.map { choice.merging([folder: $0]) { $1 } } }
    }
    return choices.filter(isPossible).reduce(into: []) {
      $0.formUnion(remains(of: root, at: FilePath(""), $1))
    }
  }

  /// Whether every name that left a folder is in the other.
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
