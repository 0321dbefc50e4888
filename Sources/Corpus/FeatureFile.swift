package import Detection
package import Digest
internal import Durable
internal import Files
internal import HDF5
package import SystemPackage
internal import Text

/// The rows that a detector is trained on: `features`, and the hard negatives that have been sealed.
///
/// An HDF5 file that h5py and scikit-learn read directly, with the label in column 0. It is complete at every moment:
/// replaced, never written in place. A large one says in which segments its rows are. docs/format.md describes its
/// contents.
package struct FeatureFile: Sendable {
  /// The contents of a feature file.
  package struct Summary: Hashable, Sendable {
    /// Rows of `features`; nil if there is no such dataset.
    package var rows: Int?
    /// Rows of `hard_negatives`.
    package var hardNegatives = 0
    /// D of those rows; nil if there is none.
    package var featureCount: Int?
    /// The turn up to which the ledger's hard negatives are in the file; 0 before the first seal.
    package var sealedThrough: Int64 = 0
    /// Hard negatives that were in the file before the first seal, and that no ledger knows.
    package var imported = 0
  }

  package let path: FilePath
  /// The settings that its rows must be made for.
  package let hog: HOGDescriptor
  let limits: SegmentLimits

  package init(_ path: FilePath, for hog: HOGDescriptor, limits: SegmentLimits = .standard) {
    self.path = path
    self.hog = hog
    self.limits = limits
  }

  /// The file's contents; empty if there is no file.
  /// - Throws: `HDF5Error` for a damaged file.
  package func summary() throws -> Summary {
    guard path.fileSize != nil else { return Summary() }
    return try Self.summary(of: HDF5File(reading: path))
  }

  /// Throws unless the hard negatives in the file were made for the settings, so that new `features` fit them.
  package func checkHardNegatives() throws {
    try advising { try check([Name.hardNegatives]) }
  }

  func check(_ names: [String] = Name.rows) throws {
    if let difference = try difference(names) {
      throw FeatureFileError(path, otherSettings: difference)
    }
  }

  /// Evidence that these datasets were not made for the settings; nil if there is none.
  func difference(_ names: [String] = Name.rows) throws -> String? {
    guard path.fileSize != nil else { return nil }
    try OwnFile.features.require(at: path)
    let file = try HDF5File(reading: path)
    let names = try names.filter {
      // Without hard negatives their table may have any shape.
      try file.contains($0) && ($0 != Name.hardNegatives || file.dataset($0).rowCount > 0)
    }
    for name in names {
      let found = try file.dataset(name).columnCount - 1
      guard found == hog.featureCount else {
        return
          "\(name) have \(found.grouped) features per row, but the settings give \(hog.featureCount.grouped)"
      }
    }
    guard !names.isEmpty else { return nil }
    return try file.difference(from: hog).map { "\(names[0]) were made with \($0)" }
  }

  /// Replaces `features`; the hard negatives and everything else in the file stay.
  /// - Parameter pictures: those that the rows were drawn from; nil if unknown.
  package func writeFeatures(_ rows: LabelledRows, drawnFrom pictures: Set<SHA256Digest>? = nil)
    throws
  {
    precondition(rows.featureCount == hog.featureCount)
    try writeFeatures(count: rows.labels.count) { file throws in
      for row in rows.labels.indices {
        let features = rows.features[(row * rows.featureCount)..<((row + 1) * rows.featureCount)]
        try file.append(label: rows.labels[row], features)
      }
      return pictures
    }
  }

  /// The same with rows that arrive one after another, however many there are: they are written as they arrive, and never
  /// all in memory.
  ///
  /// No other process writes the file meanwhile.
  /// - Parameters:
  ///   - count: how many rows arrive.
  ///   - body: passes on the rows.
  /// - Returns: the result of `body`: the pictures that the rows were drawn from; nil if unknown.
  package func writeFeatures(
    count: Int, _ body: (inout FeatureRows) throws -> Set<SHA256Digest>?
  ) throws {
    try FileLock.holding(lockPath) {
      try checkHardNegatives()
      let sealed = try summary()
      if let layout = try layout() {
        return try write(layout, sealed, count: count, body)
      }
      let size = path.grownSize(by: byteCount(ofRows: count))
      try Durable.replace(path, as: .features, size: size) { draft in
        let new = try begin(draft, without: [Name.features, Name.drawnPictures])
        try write(to: new, count: count, body)
        try mark(new, sealed)
        try new.close()
      }
    }
  }

  /// Writes `features` to a draft, and which pictures they were drawn from.
  private func write(
    to new: borrowing HDF5File, count: Int,
    _ body: (inout FeatureRows) throws -> Set<SHA256Digest>?
  ) throws {
    var rows = FeatureRows(
      try new.createDataset(Name.features, of: Float.self, shape: [count, 1 + hog.featureCount]))
    let pictures = try body(&rows)
    try rows.finish()
    if let pictures {
      try new.add(drawnPictures: pictures)
    } else if try new.contains(Name.drawnPictures) {
      try new.remove(Name.drawnPictures)
    }
  }

  /// Writes `features` to a separate segment, and makes the file name it.
  private func write(
    _ layout: Layout, _ summary: Summary, count: Int,
    _ body: (inout FeatureRows) throws -> Set<SHA256Digest>?
  ) throws {
    let file = try newSegmentFile()
    let path = path(of: file)
    let size = byteCount(ofRows: count)
    try Durable.replace(path, as: .newSegment, size: size) { draft in
      let new = try HDF5File(creating: draft)
      try write(to: new, count: count, body)
      try new.set(hog)
      try new.close()
    }
    FaultPoint.reach(.segmentWritten)
    var (layout, summary) = (layout, summary)
    summary.rows = count
    summary.featureCount = hog.featureCount
    layout.drawn = [:]
    let segment = try HDF5File(reading: path)
    for name in Name.drawn where try segment.contains(name) {
      layout.drawn[name] = Segment(file: file, rowCount: try segment.dataset(name).rowCount)
    }
    try write(layout, summary)
  }
}

extension FeatureFile {
  /// Names used in the file.
  enum Name {
    static let features = "features"
    static let drawnPictures = "drawn_pictures"
    static let hardNegatives = "hard_negatives"
    static let probabilities = "hard_negatives_probability"
    static let sealedThrough = "sealed_through"
    static let imported = "imported_hard_negatives"

    /// What extracting writes.
    static let drawn = [features, drawnPictures]

    /// The datasets that are made for the settings.
    static let rows = [features, hardNegatives]

    /// Every dataset that Misfire writes.
    static let datasets = [features, drawnPictures, hardNegatives, probabilities]
  }

  /// Adds to an error of a damaged file what to do about it. An error of the system says that itself.
  func advising<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let error as HDF5Error where consists(of: error.path) && error.code == nil {
      throw FeatureFileError(unreadable: error)
    }
  }

  /// Held while replacing the file, so that two processes never do so at once.
  var lockPath: FilePath { path.sibling(".lock") }

  static func summary(of file: borrowing HDF5File) throws -> Summary {
    var summary = Summary()
    if try file.contains(Name.features) {
      let features = try file.dataset(Name.features)
      summary.rows = features.rowCount
      summary.featureCount = features.columnCount - 1
    }
    if try file.contains(Name.hardNegatives) {
      let hardNegatives = try file.dataset(Name.hardNegatives)
      summary.hardNegatives = hardNegatives.rowCount
      summary.featureCount = hardNegatives.columnCount - 1
    }
    if let sealedThrough = try file.attribute(Name.sealedThrough, as: Int.self) {
      summary.sealedThrough = Int64(sealedThrough)
      let imported = try file.attribute(Name.imported, as: Int.self) ?? 0
      summary.imported = min(max(0, imported), summary.hardNegatives)
    } else {
      summary.imported = summary.hardNegatives
    }
    return summary
  }

  /// Records what the rows were made for, and how far the file is sealed.
  func mark(_ file: borrowing HDF5File, _ summary: Summary) throws {
    try file.set(hog)
    guard summary.sealedThrough > 0 else {
      // A copy of a file with others' data has those of a ledger that was lost.
      for name in [Name.sealedThrough, Name.imported] { try file.removeAttribute(name) }
      return
    }
    try file.setAttribute(Name.sealedThrough, Int(summary.sealedThrough))
    try file.setAttribute(Name.imported, summary.imported)
  }
}

extension OwnFile {
  /// A file of rows, the lesson's too. An unreadable one counts as damaged.
  static let features = OwnFile("a file of features", orElse: "set another features_path") {
    path in
    do {
      let file = try HDF5File(reading: path)
      return try file.names().isEmpty || FeatureFile.Name.rows.contains { try file.contains($0) }
    } catch let error as HDF5Error where error.reason == nil {
      return true
    }
  }
}

extension FeatureFile {
  /// Begins a draft of this file in which some datasets will be rewritten; everything else stays unchanged.
  /// - Parameter progress: called for each written part.
  func begin(_ draft: FilePath, without left: [String], progress: () -> Void = {}) throws
    -> HDF5File
  {
    guard path.fileSize != nil else { return try HDF5File(creating: draft) }
    let old = try HDF5File(reading: path)
    guard try holdsOnlyOwn(old) else {
      // Others' data in it may refer to anything else in it, so nothing is moved.
      try Durable.copy(path, toDraft: draft)
      progress()
      return try HDF5File(changing: draft)
    }
    let new = try HDF5File(creating: draft)
    for name in try old.names() where !left.contains(name) {
      try old.copy(name, to: new)
      progress()
    }
    return new
  }
}

extension FeatureFile {
  /// Whether the file contains only what Misfire writes.
  func holdsOnlyOwn(_ file: borrowing HDF5File) throws -> Bool {
    try file.holdsOnly(
      datasets: Name.datasets,
      attributes: hog.attributeNames + [Name.sealedThrough, Name.imported])
  }
}

extension FeatureFile {
  /// The size of one row as float32.
  var rowBytes: Int { (1 + hog.featureCount) * MemoryLayout<Float>.stride }

  /// The size of so many rows together as float32; the largest number for a damaged file that claims more.
  ///
  /// Copying a dataset to a full disk crashes in HDF5 1.10.8, so check before that there is room.
  func byteCount(ofRows counts: Int...) -> Int {
    counts.reduce(0) { sum, count in
      let (bytes, isTooLarge) = count.multipliedReportingOverflow(by: rowBytes)
      let (total, isBeyond) = sum.addingReportingOverflow(bytes)
      return isTooLarge || isBeyond ? .max : total
    }
  }
}

extension HDF5Dataset {
  /// The size of one row as float32.
  var rowBytes: Int { columnCount * MemoryLayout<Float>.stride }
}

extension Range<Int> {
  /// The range in pieces of about 8 MiB, so that a file of any size is copied with little memory.
  func blocks(rowBytes: Int) -> [Range<Int>] {
    let rows = Swift.max(1, (8 << 20) / Swift.max(rowBytes, 1))
    return stride(from: lowerBound, to: upperBound, by: rows).map {
      $0..<Swift.min($0 + rows, upperBound)
    }
  }
}
