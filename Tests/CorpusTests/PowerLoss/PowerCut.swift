import Corpus
import Detection
import Durable
import Foundation
import SystemPackage
import TestSupport
import Testing

/// Something that is done to a corpus, and what must be true wherever the power goes meanwhile.
struct Undertaking: Sendable, CustomTestStringConvertible {
  let name: String
  /// The synchronizations it could do without, though the calls that make them cannot know that.
  var spare: Set<Int> = []
  /// Makes what was there before.
  let prepare: @Sendable (Place) throws -> Void
  /// Does it.
  let act: @Sendable (Place) throws -> Void
  /// Starts again after the power cut, and throws where something is wrong.
  /// - Parameter isDone: whether `act` had returned when the power went.
  let recover: @Sendable (_ place: Place, _ isDone: Bool) throws -> Void

  var testDescription: String { name }
}

/// A corpus in a folder: files, and a ledger beside them.
struct Place: Sendable {
  let root: FilePath
  /// What the rows of its features are made for.
  let hog: HOGDescriptor
  var files: FilePath { root.appending("files") }
  var ledgerPath: FilePath { root.appending("ledger/state.sqlite") }
  var features: FeatureFile { FeatureFile(files.appending("features.hdf5"), for: hog) }
  /// The same, kept in segments from its second seal on.
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

/// Something that must not be so after a power cut.
struct Violation: Error, CustomStringConvertible {
  let description: String

  static func check(_ isRight: Bool, _ description: String) throws {
    if !isRight { throw Violation(description: description) }
  }
}

/// What became of an undertaking with the power cut at every moment.
struct PowerCuts {
  var cuts = 0
  var synchronizations = 0
  var violations: [String] = []

  /// Carries `undertaking` out once, and recovers from whatever a power cut may leave before and
  /// after each of its disk operations.
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

/// Runs `body` with a fresh folder, in memory where that can be: what synchronizing does is only
/// made believe here, and recovering hundreds of times on a real disk takes long.
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
  /// SQLite keeps its own promises: what was committed is there.
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
