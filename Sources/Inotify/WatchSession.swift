internal import CInotifyTools
internal import Glibc
internal import SystemPackage

/// libinotifytools between initialization and clean-up; used by one thread.
///
/// The library keys watches by name and cannot remove one whose folder is gone. So whenever a path leads to another
/// folder than the watched one, the session cleans up and makes all watches again.
struct WatchSession {
  private struct Folder {
    let path: FilePath
    var watches: [FolderWatch]
    var descriptor: Int32?
    /// The folder that the descriptor refers to.
    var identity: FolderIdentity?
    /// Nil before the first attempt to watch it, and while a new watch has yet to receive it.
    var state: FolderNews.State?

    var isAsItWas: Bool { identity == .now(at: path) }

    var isRefused: Bool {
      if case .refused = state { true } else { false }
    }
  }

  private var folders: [Folder] = []
  private var edition = 0
  private var isInitialized = false

  /// The kernel adds events about the watch itself to every mask: overflow, unmount.
  private static let events =
    IN_CREATE | IN_CLOSE_WRITE | IN_MOVED_TO | IN_DELETE_SELF | IN_MOVE_SELF | Int32(IN_ONLYDIR)

  /// Makes all watches again if the requests changed, or if a folder appeared, vanished or was replaced; otherwise only
  /// those that the kernel refused.
  ///
  /// Call it only when the library has no events left to deliver, because they would be attributed to the new
  /// watches.
  mutating func keep(_ watches: [FolderWatch], edition: Int) {
    let isNewEdition = edition != self.edition
    if isNewEdition {
      self.edition = edition
      let known = folders
      folders = []
      // In the order of the requests: what comes first gets the last free watches.
      for watch in watches where !folders.contains(where: { $0.path == watch.folder }) {
        var folder =
          known.first { $0.path == watch.folder } ?? Folder(path: watch.folder, watches: [])
        let ofFolder = watches.filter { $0.folder == folder.path }
        // A new watch receives the state, whether or not it has changed.
        let isKnown = ofFolder.allSatisfy { watch in folder.watches.contains { $0 === watch } }
        if !isKnown { folder.state = nil }
        folder.watches = ofFolder
        folders.append(folder)
      }
    } else if isInitialized, folders.allSatisfy(\.isAsItWas) {
      // The other watches need not be made again, and lose nothing.
      for index in folders.indices where folders[index].isRefused { watch(index) }
      return
    }
    watchAll()
  }

  /// Delivers events until a second passes without one or, if they go on for longer, until there are none left.
  func deliverEvents() {
    if isInitialized {
      let start = ContinuousClock.now
      while deliverEvent(timeoutSeconds: start.duration(to: .now) < .seconds(1) ? 1 : 0) {}
    } else {
      sleep(1)
    }
  }

  private mutating func watchAll() {
    if isInitialized { inotifytools_cleanup() }
    isInitialized = inotifytools_initialize() != 0
    let refusal = Errno(rawValue: inotifytools_error())
    for index in folders.indices { watch(index, refusedFor: isInitialized ? nil : refusal) }
  }

  /// - Parameter refusal: why the library itself could not be initialized; nil if it was.
  private mutating func watch(_ index: Int, refusedFor refusal: Errno? = nil) {
    let path = folders[index].path
    let identity = FolderIdentity.now(at: path)
    let state: FolderNews.State
    if let refusal {
      state = .refused(WatchRefused(folder: path, reason: refusal))
    } else if identity == nil {
      state = .missing
    } else if unsafe inotifytools_watch_file("\(path)/", Self.events) != 0 {
      state = .watched
    } else {
      state = .refused(
        WatchRefused(folder: path, reason: Errno(rawValue: inotifytools_error())))
    }
    folders[index].identity = identity
    folders[index].descriptor =
      state == .watched ? unsafe inotifytools_wd_from_filename("\(path)/") : nil
    // Events can be lost while there is no watch, so a new watch is always reported.
    if state == .watched || state != folders[index].state {
      for watch in folders[index].watches { watch.tell(.watch(state)) }
    }
    folders[index].state = state
  }

  /// - Returns: whether there was an event.
  private func deliverEvent(timeoutSeconds: Int) -> Bool {
    guard let event = unsafe inotifytools_next_events(timeoutSeconds, 1) else { return false }
    let mask = unsafe Int32(truncatingIfNeeded: event.pointee.mask)
    let descriptor = unsafe event.pointee.wd
    var name: FilePath.Component?
    if unsafe event.pointee.len > 0 {
      // The name follows the event, padded with zero bytes.
      let bytes = unsafe UnsafeRawPointer(event + 1).assumingMemoryBound(to: CChar.self)
      name = unsafe FilePath.Component(platformString: bytes)
    }
    for folder in folders {
      // An overflow is not tied to a watch, so every folder must be listed.
      let isOverflow = mask & IN_Q_OVERFLOW != 0
      guard isOverflow || folder.descriptor == descriptor else { continue }
      for watch in folder.watches {
        if isOverflow { watch.tell(.overflowed) }
        if mask & IN_MOVED_TO != 0, let name { watch.tell(.movedIn(name)) }
        if mask & IN_CREATE != 0 { watch.tell(.created) }
        if mask & IN_CLOSE_WRITE != 0 { watch.tell(.written) }
      }
    }
    return true
  }
}

/// The folder that a path leads to.
private struct FolderIdentity: Equatable {
  let device: UInt
  let inode: UInt

  /// Nil if there is no folder.
  static func now(at path: FilePath) -> FolderIdentity? {
    var status = stat()
    guard unsafe path.withPlatformString({ unsafe stat($0, &status) }) == 0,
      status.st_mode & S_IFMT == S_IFDIR
    else { return nil }
    return FolderIdentity(device: status.st_dev, inode: status.st_ino)
  }
}
