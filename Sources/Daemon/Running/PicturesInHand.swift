internal import CLinux
internal import Corpus
internal import Durable
internal import Files
internal import Glibc
internal import Mining
internal import SystemPackage

/// The pictures being mined, recorded beside the ledger, so that after a crash the next start knows what the process died
/// over.
///
/// Pictures that were being mined when a process ended are mined alone first, because together they may have needed too
/// much memory. Only a fault makes pictures suspects: a trap, a bad address, or the abort with which systemd's watchdog
/// ends a hanging process. A suspect is mined alone; if a second fault occurs over it, it is given up. A kill or a power
/// cut is not a picture's fault, so nothing here needs to be synchronised.
///
/// It also records whether the log has reported the last pictures: a kill may come between the ledger's acknowledgement and
/// the log line, and the next start then reports what this one could not.
struct PicturesInHand: ~Copyable {
  private let path: FilePath
  private let file: FileDescriptor
  /// In how many faults a picture was being processed; none if a process only ended while processing it.
  private var suspects: [PictureIdentity: Int]
  /// How many pictures the process before this one was processing when it died of a fault.
  let faultedCount: Int
  /// The ledger's last image before the pictures that the log may not have reported; nil if it has reported all.
  private(set) var untoldAfter: PictureRecord.ID?

  /// Reads what an earlier process left.
  /// - Parameter statePath: the ledger's.
  /// - Throws: `DurableError` if the file cannot be read or written.
  init(statePath: FilePath) throws {
    let path = statePath.sibling(".in-hand")
    let (file, text) = try Self.open(path)
    let isFault = text.hasSuffix("fault\n")
    let lines = text.split(separator: "\n").compactMap { Line($0) }
    var suspects: [PictureIdentity: Int] = [:]
    for line in lines {
      let faults = line.faults + (isFault && line.isInHand ? 1 : 0)
      if faults > 0 || line.isInHand { suspects[line.picture] = faults }
    }
    let untoldAfter = Self.untoldAfter(in: text)
    // Counted now, so that it is not counted again.
    try Self.write([], suspects, untoldAfter, to: file, path)
    self.path = path
    self.file = file
    self.suspects = suspects
    self.untoldAfter = untoldAfter
    faultedCount = isFault ? lines.count(where: \.isInHand) : 0
  }

  private static func open(_ path: FilePath) throws(DurableError) -> (FileDescriptor, String) {
    let permissions: FilePermissions = [.ownerReadWrite, .groupRead]
    do {
      let file = try FileDescriptor.open(
        path, .readWrite, options: [.create, .append, .closeOnExec],
        permissions: permissions)
      Durable.narrow(path, to: permissions)
      return (file, try file.text())
    } catch {
      throw DurableError(error as? Errno ?? .ioError, "read", path)
    }
  }

  deinit {
    close(file.rawValue)
  }

  /// Those of `pictures` that may be mined together next: the first alone if it is a suspect.
  func batch(of pictures: ArraySlice<FolderEntry>) -> ArraySlice<FolderEntry> {
    guard let first = pictures.first, suspects[first.identity] == nil else {
      return pictures.prefix(1)
    }
    return pictures.prefix { suspects[$0.identity] == nil }
  }

  /// Whether a process died over this picture, and again when it was processing nothing else.
  func isGivenUp(_ picture: FolderEntry) -> Bool {
    suspects[picture.identity, default: 0] > 1
  }

  /// Runs `body` with these pictures recorded; they are no longer suspects when it returns.
  /// - Parameters:
  ///   - lastPicture: the ledger's last image, if the log should report those that `body` adds.
  ///   - isDone: whether `body` has gone through with the pictures; otherwise suspects stay suspects.
  /// - Throws: what `body` throws, or `DurableError` if the pictures cannot be recorded.
  mutating func hold<Result>(
    _ pictures: ArraySlice<FolderEntry>, tellingAfter lastPicture: PictureRecord.ID? = nil,
    isDone: (Result) -> Bool = { _ in true }, during body: () throws -> Result
  ) throws -> Result {
    let pictures = pictures.map(\.identity)
    defer { clinux_mark_faults(-1) }
    // If an attempt failed half-way, what it acknowledged is reported before the next begins.
    untoldAfter = lastPicture
    try Self.write(pictures, suspects, untoldAfter, to: file, path)
    let result = try body()
    guard isDone(result) else { return result }
    let suspectCount = suspects.count
    for picture in pictures { suspects[picture] = nil }
    // Not left to the next batch, which may never come.
    if suspects.count < suspectCount { try Self.write([], suspects, untoldAfter, to: file, path) }
    return result
  }

  /// Records that the log has reported all pictures.
  mutating func noteTold() {
    guard untoldAfter != nil else { return }
    untoldAfter = nil
    // If this cannot be written, the only consequence is that a kill has these pictures reported twice.
    _ = Self.told.withUTF8Buffer { bytes in
      unsafe Glibc.write(file.rawValue, bytes.baseAddress!, bytes.count)
    }
  }

  private static let told: StaticString = "told\n"

  private static func untoldAfter(in text: String) -> PictureRecord.ID? {
    let lines = text.split(separator: "\n")
    guard let first = lines.first, first.hasPrefix("after "), !lines.contains("told") else {
      return nil
    }
    return PictureRecord.ID(first.dropFirst("after ".count))
  }

  private static func write(
    _ inHand: [PictureIdentity], _ suspects: [PictureIdentity: Int],
    _ untoldAfter: PictureRecord.ID?, to file: FileDescriptor, _ path: FilePath
  ) throws(DurableError) {
    let hand = inHand.map {
      Line(isInHand: true, faults: suspects[$0, default: 0], picture: $0)
    }
    let others = suspects.filter { $0.value > 0 && !inHand.contains($0.key) }.map {
      Line(isInHand: false, faults: $0.value, picture: $0.key)
    }
    let first = untoldAfter.map { ["after \($0)"] } ?? []
    do {
      try file.resize(to: 0)
      // Not after the lines: whoever reads them may rely on a fault being noted.
      clinux_mark_faults(inHand.isEmpty ? -1 : file.rawValue)
      try file.writeAll((first + (hand + others).map(\.text)).map { $0 + "\n" }.joined().utf8)
    } catch {
      throw DurableError(error as? Errno ?? .ioError, "write", path)
    }
  }
}

/// What distinguishes a picture in the inbox from all others before it is read.
private struct PictureIdentity: Hashable {
  let inode: UInt64
  let modified: FileTime
}

extension FolderEntry {
  fileprivate var identity: PictureIdentity {
    PictureIdentity(inode: inode, modified: modified)
  }
}

/// One picture in the file: `hand 0 393219 1795380000 0`.
///
/// A last line `fault`, which the process adds as it dies of one (faults.h), means that the pictures listed have one more
/// fault.
private struct Line {
  var isInHand: Bool
  var faults: Int
  var picture: PictureIdentity

  var text: String {
    """
    \(isInHand ? "hand" : "suspect") \(faults) \(picture.inode) \(picture.modified.seconds) \
    \(picture.modified.nanoseconds)
    """
  }
}

extension Line {
  /// A picture is given up long before.
  private static let mostFaults = 1_000

  /// Nil for anything else, or for a line cut short by a kill.
  fileprivate init?(_ text: Substring) {
    let words = text.split(separator: " ")
    guard words.count == 5, let faults = Int(words[1]), (0...Self.mostFaults).contains(faults),
      let inode = UInt64(words[2]), let seconds = Int(words[3]), let nanoseconds = Int(words[4])
    else { return nil }
    let picture = PictureIdentity(
      inode: inode, modified: FileTime(seconds: seconds, nanoseconds: nanoseconds))
    self.init(isInHand: words[0] == "hand", faults: faults, picture: picture)
  }
}

extension FileDescriptor {
  /// The beginning of the file: more than a daemon ever writes there.
  fileprivate func text() throws -> String {
    let bytes = try unsafe [UInt8](unsafeUninitializedCapacity: 1 << 20) { buffer, read in
      read = try unsafe self.read(
        fromAbsoluteOffset: 0, into: UnsafeMutableRawBufferPointer(buffer))
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
