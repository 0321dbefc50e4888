import Corpus
import Detection
import Durable
import Foundation
import SystemPackage
import TestSupport
import Testing

/// An operation on a corpus, and what must hold whenever the power fails during it.
struct Undertaking: Sendable, CustomTestStringConvertible {
  let name: String
  /// The synchronizations that are not needed here, though the calls that make them cannot know that.
  var spare: Set<Int> = []
  /// Sets up the initial state.
  let prepare: @Sendable (Place) throws -> Void
  /// Performs the operation.
  let act: @Sendable (Place) throws -> Void
  /// Restarts after the power cut, and throws if something is wrong.
  /// - Parameter isDone: whether `act` had returned before the power failed.
  let recover: @Sendable (_ place: Place, _ isDone: Bool) throws -> Void

  var testDescription: String { name }
}

/// A folder with a corpus: files, and a ledger beside them.
struct Place: Sendable {
  let root: FilePath
  /// The descriptor of its feature rows.
  let hog: HOGDescriptor
  var files: FilePath { root.appending("files") }
  var ledgerPath: FilePath { root.appending("ledger/state.sqlite") }
  var features: FeatureFile { FeatureFile(files.appending("features.hdf5"), for: hog) }
  /// The same file, with segments from its second seal on.
  var grown: FeatureFile {
    var limits = SegmentLimits.tiny
    limits.grace = .zero
    return FeatureFile(features.path, for: hog, limits: limits)
  }
  var models: ModelStore {
    ModelStore(
      folder: files.appending("models"), classifier: files.appending("model.hdf5"))
  }

  init(_ root: FilePath, for hog: HOGDescriptor = tinyHOG) throws {
    self.root = root
    self.hog = hog
    for folder in [files, root.appending("ledger")] {
      try FileManager.default.createDirectory(
        atPath: folder.string, withIntermediateDirectories: true)
    }
  }

  func ledger() throws -> Ledger {
    try Ledger(ledgerPath)
  }
}

/// A state that must not occur after a power cut.
struct Violation: Error, CustomStringConvertible {
  let description: String

  static func check(_ isRight: Bool, _ description: String) throws {
    if !isRight { throw Violation(description: description) }
  }
}

/// The results of an undertaking with a power cut at every moment.
struct PowerCuts {
  var cuts = 0
  var synchronizations = 0
  var violations: [String] = []

  /// Performs `undertaking` once, and recovers from every state that a power cut can leave before and after each of
  /// its disk operations.
  init(_ undertaking: Undertaking, forgetting forgotten: Int? = nil) throws {
    let cuts = try withFolderInMemory { folder in
      let place = try Place(folder.appending("original"))
      try undertaking.prepare(place)
      var result = (cuts: 0, synchronizations: 0, violations: [String]())
      var isDone = false
      var seen: Set<Remnant> = []
      let disk = try RecordingDisk(place.files, forgetting: forgotten) { disk in
        let ledger = try Remnant.ledger(place.ledgerPath)
        for files in disk.remains() {
          let remnant = Remnant(files: files, ledger: ledger, isDone: isDone)
          guard seen.insert(remnant).inserted else { continue }
          result.cuts += 1
          let copy = folder.appending("cut")
          do {
            try remnant.restore(in: copy)
            try Durable.$disk.withValue(SystemDisk()) {
              try undertaking.recover(Place(copy), isDone)
            }
          } catch {
            result.violations.append("\(error)")
          }
          try FileManager.default.removeItem(atPath: copy.string)
        }
      }
      try Durable.$disk.withValue(disk) { try undertaking.act(place) }
      isDone = true
      disk.hasJournal = false
      disk.note()
      if let error = disk.observationError { throw error }
      result.synchronizations = disk.synchronizationCount
      return result
    }
    (self.cuts, synchronizations, violations) = cuts
  }
}

/// Runs `body` with a new folder, in memory if possible: synchronizing is only simulated here, and hundreds of
/// recoveries on a real disk take long.
private func withFolderInMemory<Result>(_ body: (FilePath) throws -> Result) throws -> Result {
  let memory = FilePath("/dev/shm")
  guard FileManager.default.isWritableFile(atPath: memory.string) else {
    return try withTemporaryFolder(body)
  }
  let folder = memory.appending("misfire-\(UUID().uuidString)")
  defer { try? FileManager.default.removeItem(atPath: folder.string) }
  return try body(folder)
}

/// Everything that a power cut left.
private struct Remnant: Hashable {
  let files: RecordingDisk.Remains
  /// SQLite guarantees that whatever was committed is there.
  let ledger: [String: Data]
  let isDone: Bool

  static func ledger(_ path: FilePath) throws -> [String: Data] {
    var contents: [String: Data] = [:]
    for suffix in ["", "-wal"] {
      contents[suffix] = FileManager.default.contents(atPath: path.string + suffix)
    }
    return contents
  }

  func restore(in root: FilePath) throws {
    let place = try Place(root)
    for (path, content) in files {
      let file = place.files.pushing(path)
      try FileManager.default.createDirectory(
        atPath: file.removingLastComponent().string, withIntermediateDirectories: true)
      try content.write(to: URL(filePath: file.string))
    }
    for (suffix, content) in ledger {
      try content.write(to: URL(filePath: place.ledgerPath.string + suffix))
    }
  }
}
