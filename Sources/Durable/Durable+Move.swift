internal import Dispatch
internal import Files
internal import Synchronization
package import SystemPackage

extension Durable {
  /// Removes a file durably.
  package static func remove(_ file: FilePath) throws(DurableError) {
    try remove([file])
  }

  /// Removes several files, and synchronizes each folder once for all of them.
  package static func remove(_ files: [FilePath]) throws(DurableError) {
    for file in files { try disk.perform(.remove(file)) }
    for folder in Set(files.map(\.folder)) { try disk.perform(.synchronize(folder)) }
  }

  /// Removes as many of several files as possible, and synchronizes each folder once for all of them.
  /// - Returns: for each file why it is still there, or that it was gone already; nil if it was removed.
  /// - Throws: if a folder cannot be synchronized.
  package static func removeEach(_ files: [FilePath]) throws(DurableError) -> [DurableError?] {
    let failures = files.map { file -> DurableError? in
      do throws(DurableError) {
        try disk.perform(.remove(file))
        return nil
      } catch {
        return error
      }
    }
    for folder in Set(files.map(\.folder)) { try disk.perform(.synchronize(folder)) }
    return failures
  }

  /// Moves a file into a folder, which can be on another file system, and never overwrites one.
  /// - Returns: its new path: under its own name, or a free one of `NAME~2`, `NAME~3`, …
  @discardableResult
  package static func move(_ file: FilePath, into folder: FilePath) throws(DurableError)
    -> FilePath
  {
    try move([file], into: folder)[0].get()
  }

  /// Moves what is at `path` to a free name beside it, unless it is a file of this kind.
  /// - Returns: its new path; nil if the file can be replaced.
  package static func moveAside(_ path: FilePath, unless file: OwnFile) throws -> FilePath? {
    try file.mayReplace(path.withLinkFollowed) ? nil : move(path, into: path.folder)
  }

  /// Adds a file with these bytes to its folder, and never overwrites one.
  /// - Returns: its path: the requested one, or one with a free name of `NAME~2`, `NAME~3`, …
  @discardableResult
  package static func add(_ bytes: some Sequence<UInt8>, as path: FilePath) throws -> FilePath {
    try add([(Array(bytes), path)])[0]
  }

  /// Adds several such files, and synchronizes each folder once for all of them.
  /// - Returns: their paths.
  /// - Throws: if a file cannot be added; those before it may have been.
  @discardableResult
  package static func add(_ files: [(bytes: [UInt8], path: FilePath)]) throws -> [FilePath] {
    var drafts: [FilePath] = []
    var places: [FilePath] = []
    do {
      for file in files {
        drafts.append(file.path.draft)
        try file.bytes.write(to: file.path.draft)
        try file.path.draft.handToOwnerOfFolder()
      }
      for synchronized in synchronizeContents(of: drafts) { try synchronized.get() }
      for (draft, file) in zip(drafts, files) {
        guard let name = file.path.lastComponent else {
          throw DurableError(.invalidArgument, "write", file.path)
        }
        places.append(try rename(draft, to: file.path.folder, as: name))
      }
    } catch {
      for draft in drafts[places.count...] {
        do { try disk.perform(.remove(draft)) } catch {}
      }
      if let code = error as? Errno { throw DurableError(code, "write", drafts[places.count]) }
      throw error
    }
    for folder in Set(files.map(\.path.folder)) { try disk.perform(.synchronize(folder)) }
    return places
  }

  /// Moves several files, and synchronizes each folder once for all of them.
  ///
  /// A picture's own bytes are synchronized too, because whoever dropped it rarely did so.
  /// - Returns: for each file its new path, or the error that kept it in its old place; its path is `folder` if that is
  ///   missing.
  /// - Throws: if a folder cannot be synchronized: each file is then in its old place or its new one.
  package static func move(_ files: [FilePath], into folder: FilePath) throws(DurableError)
    -> [Result<FilePath, DurableError>]
  {
    var leftFolders: [FilePath] = []
    var copies: [(index: Int, place: FilePath)] = []
    var moved = zip(files, synchronizeContents(of: files)).enumerated().map { index, pair in
      Result { () throws(DurableError) in
        let (file, synchronized) = pair
        try synchronized.get()
        let (place, isCopy) = try place(file, into: folder)
        FaultPoint.reach(.renamed)
        if isCopy { copies.append((index, place)) }
        if !leftFolders.contains(file.folder) { leftFolders.append(file.folder) }
        return place
      }
    }
    // Synchronize the new folder first, then the old one: a power cut in between can leave a file in both places, but
    // never in neither.
    if !leftFolders.isEmpty { try disk.perform(.synchronize(folder)) }
    for (index, place) in copies {
      moved[index] = Result { () throws(DurableError) in
        try remove(files[index], copiedTo: place)
        return place
      }
    }
    for left in leftFolders { try disk.perform(.synchronize(left)) }
    return moved
  }

  /// Removes a file that was copied. If that fails, the copy is removed instead: otherwise every retry would leave
  /// another copy.
  private static func remove(_ file: FilePath, copiedTo place: FilePath) throws(DurableError) {
    do {
      try disk.perform(.remove(file))
    } catch {
      try disk.perform(.remove(place))
      throw error
    }
  }

  /// Gives `file` a free name in `folder`. Across file systems this makes a copy, and `file` stays as well.
  private static func place(_ file: FilePath, into folder: FilePath) throws(DurableError)
    -> (FilePath, isCopy: Bool)
  {
    guard let name = file.lastComponent else {
      throw DurableError(.invalidArgument, "move", file)
    }
    do {
      return (try rename(file, to: folder, as: name), isCopy: false)
    } catch  where error.code == .improperLink {
      let draft = folder.appending(name).draft
      do {
        try disk.perform(.copy(file, to: draft))
        try draft.handToOwnerOfFolder()
        try disk.perform(.synchronize(draft))
        return (try rename(draft, to: folder, as: name), isCopy: true)
      } catch {
        do { try disk.perform(.remove(draft)) } catch {}
        throw error
      }
    }
  }

  /// Renames `file` to `name`, or to one of `name~2`, `name~3`, … that is free in `folder`.
  private static func rename(
    _ file: FilePath, to folder: FilePath, as name: FilePath.Component
  ) throws(DurableError) -> FilePath {
    var place = folder.appending(name)
    var copy = 1
    while true {
      do {
        try disk.perform(.rename(file, to: place))
        return place
      } catch  where error.code == .noSuchFileOrDirectory && !folder.isFolder {
        throw DurableError(missingFolder: folder)
      } catch  where error.code == .fileExists {
        copy = freeCopy(of: name, after: copy, in: folder)
        place = folder.appending(name.numbered(copy))
      }
    }
  }

  /// A number above `taken` that makes `name` free in `folder`; the next such number if there are no gaps.
  ///
  /// A camera can give every picture the same name. Doubling the number and then bisecting finds a free one among a
  /// million in about forty steps.
  private static func freeCopy(
    of name: FilePath.Component, after taken: Int, in folder: FilePath
  ) -> Int {
    var (taken, free) = (taken, taken + 1)
    func isTaken(_ copy: Int) -> Bool { folder.appending(name.numbered(copy)).exists }
    while isTaken(free) { (taken, free) = (free, 2 * free) }
    while free - taken > 1 {
      let middle = (taken + free) / 2
      if isTaken(middle) { taken = middle } else { free = middle }
    }
    return free
  }

  /// Synchronizes the contents of files, several at a time: a journal writes pending data together, so many files
  /// take hardly longer than one.
  private static func synchronizeContents(of files: [FilePath]) -> [Result<Void, DurableError>] {
    let disk = disk
    guard files.count > 1 else { return files.map { synchronizeContent(of: $0, on: disk) } }
    let results = Mutex([Result<Void, DurableError>](repeating: .success(()), count: files.count))
    let lanes = min(files.count, 16)
    let group = DispatchGroup()
    for lane in 0..<lanes {
      // A serial queue has its own thread, which can block without holding up other work.
      DispatchQueue(label: "Durable.move.\(lane)").async(group: group) {
        for index in stride(from: lane, to: files.count, by: lanes) {
          let result = synchronizeContent(of: files[index], on: disk)
          results.withLock { $0[index] = result }
        }
      }
    }
    group.wait()
    return results.withLock { $0 }
  }

  /// Synchronizes a readable regular file. Anything else that is moved has no content to lose.
  private static func synchronizeContent(of file: FilePath, on disk: any Disk)
    -> Result<Void, DurableError>
  {
    guard file.isRegularFile else { return .success(()) }
    do {
      try disk.perform(.synchronize(file))
      return .success(())
    } catch {
      return error.code == .permissionDenied ? .success(()) : .failure(error)
    }
  }
}
