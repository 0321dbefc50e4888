package import Detection
internal import Digest
internal import Durable
internal import Foundation
internal import HDF5
package import SystemPackage

/// A finished shard: rows as in a feature file, and where each was found and each picture's outcome.
///
/// docs/format.md describes its contents. Its checksum covers every number, so that a partly copied or damaged file is
/// recognised before anything is learnt from it.
package struct ShardFile: ~Copyable, Sendable {
  package let number: ShardNumber
  package let origin: ShardOrigin
  /// The SHA-256 of its contents, in hexadecimal digits.
  package let checksum: String
  package let pictureCount: Int
  package let rowCount: Int
  let hog: HOGDescriptor
  let file: HDF5File

  package var path: FilePath { file.path }

  enum Name {
    static let rows = FeatureFile.Name.hardNegatives
    static let probabilities = FeatureFile.Name.probabilities
    static let margins = "hard_negatives_margin"
    /// Picture, x0, y0, x1, y1, layer, whether it waits.
    static let places = "hard_negatives_place"
    static let digests = "pictures"
    /// Outcome, bytes, windows, nanoseconds, rows.
    static let numbers = "pictures_numbers"
    /// Where path and reason end in the texts.
    static let textEnds = "pictures_text_ends"
    static let texts = "pictures_texts"
    static let shard = "shard"
    static let origin = "origin"
    static let checksum = "sha256"
  }

  static let placeColumns = 7
  static let numberColumns = 5

  /// Opens a shard, and checks everything but its numbers; `verify` reads those.
  /// - Throws: `ShardError`
  package init(reading path: FilePath, for hog: HOGDescriptor) throws {
    self.hog = hog
    let opened = try ShardError.naming(path) {
      guard path.fileSize != nil else {
        throw ShardError(path, .missing, "it is missing: mine it again, or copy it here")
      }
      return try Self.open(path, hog)
    }
    file = opened.file
    number = opened.number
    origin = opened.origin
    checksum = opened.checksum
    (pictureCount, rowCount) = (opened.pictureCount, opened.rowCount)
  }

  private struct Opened: ~Copyable {
    let file: HDF5File
    let number: ShardNumber
    let origin: ShardOrigin
    let checksum: String
    let pictureCount, rowCount: Int
  }

  private static func open(_ path: FilePath, _ hog: HOGDescriptor) throws -> Opened {
    let file = try HDF5File(reading: path)
    guard let pair = try file.attribute(Name.shard, as: [Int].self), pair.count == 2,
      let number = ShardNumber(pair[0], of: pair[1]),
      let line = try file.attribute(Name.origin, as: String.self),
      let checksum = try file.attribute(Name.checksum, as: String.self)
    else {
      throw ShardError(path, .damaged, "it is not a shard of `misfire mine --shard`")
    }
    if let difference = try file.difference(from: hog) {
      throw ShardError(
        path, .otherDescriptor,
        "its rows were made with \(difference): mine it with these settings, or merge it with those"
      )
    }
    let pictureCount = try file.dataset(Name.digests).rowCount
    let rowCount = try file.dataset(Name.rows).rowCount
    for (name, rows, columns) in [
      (Name.rows, rowCount, 1 + hog.featureCount), (Name.probabilities, rowCount, 1),
      (Name.margins, rowCount, 1), (Name.places, rowCount, placeColumns),
      (Name.digests, pictureCount, SHA256Digest.byteCount),
      (Name.numbers, pictureCount, numberColumns), (Name.textEnds, pictureCount, 2),
    ] {
      let shape = try file.dataset(name).shape
      guard shape == (columns == 1 ? [rows] : [rows, columns]) else {
        throw ShardError(path, .damaged, "\(name) has the shape \(shape): mine it again")
      }
    }
    return Opened(
      file: file, number: number, origin: try ShardOrigin(line: line), checksum: checksum,
      pictureCount: pictureCount, rowCount: rowCount)
  }

  /// Reads everything once, and verifies the checksum.
  package func verify() throws {
    try ShardError.naming(path) {
      var stream = SHA256Stream()
      stream.add(Array(try origin.line.utf8))
      stream.add([number.index, number.count])
      try add(Name.digests, UInt8.self, to: &stream)
      try add(Name.numbers, Int.self, to: &stream)
      try add(Name.textEnds, Int.self, to: &stream)
      try add(Name.texts, UInt8.self, to: &stream)
      try add(Name.places, Int.self, to: &stream)
      try add(Name.margins, Double.self, to: &stream)
      try add(Name.probabilities, Double.self, to: &stream)
      try add(Name.rows, Float.self, to: &stream)
      guard stream.finish().description == checksum else {
        throw ShardError(path, .damaged, "its checksum is wrong: copy it again, or mine it again")
      }
    }
  }

  private func add<Number: HDF5Number>(
    _ name: String, _ type: Number.Type, to stream: inout SHA256Stream
  ) throws {
    let dataset = try file.dataset(name)
    let rowBytes = dataset.columnCount * MemoryLayout<Number>.stride
    for block in (0..<dataset.rowCount).blocks(rowBytes: rowBytes) {
      stream.add(try dataset.read(type, rows: block))
    }
  }
}

extension ShardError {
  /// Runs `body`, and reports any error of the library as a damaged shard, unless the system does not let it be read.
  static func naming<Result: ~Copyable>(_ path: FilePath, _ body: () throws -> Result) throws
    -> Result
  {
    do {
      return try body()
    } catch let error as HDF5Error where error.code == nil {
      throw ShardError(
        path, .damaged,
        "it is cut short or damaged (\(error.failure)): copy it again, or mine it again")
    } catch let error as HDF5Error {
      throw ShardError(path, .missing, error.problem)
    } catch is DecodingError {
      throw ShardError(path, .damaged, "the record of its origin cannot be read")
    }
  }
}

extension OwnFile {
  /// A shard, even a damaged one: damaged ones are mined again.
  static let shard = OwnFile("a shard", orElse: "choose another folder with --out") { path in
    do {
      return try HDF5File(reading: path).contains(ShardFile.Name.places)
    } catch let error as HDF5Error where error.reason == nil {
      return true
    }
  }
}
