internal import Detection
internal import Durable
internal import HDF5
internal import SystemPackage

/// A large feature file: rows are in segments, and the file itself names them.
extension FeatureFile {
  /// The current parts of a feature file.
  struct Layout {
    /// In the order of their rows.
    var hardNegatives: [Segment]
    /// The segments of `features`, and of the pictures they come from.
    var drawn: [String: Segment]
  }

  /// The file's segments; nil if the hard negatives are in the file itself, or there is none.
  func layout() throws -> Layout? {
    guard path.fileSize != nil else { return nil }
    let file = try HDF5File(reading: path)
    guard let segments = try segments(of: Name.hardNegatives, in: file) else { return nil }
    return Layout(hardNegatives: segments, drawn: try drawnSegments(in: file))
  }

  private func drawnSegments(in file: borrowing HDF5File) throws -> [String: Segment] {
    var drawn: [String: Segment] = [:]
    for name in Name.drawn { drawn[name] = try segments(of: name, in: file)?.first }
    return drawn
  }

  /// The segments of a file that is about to gain this many bytes; nil if it stays a plain one, as the lesson knows it.
  ///
  /// A plain file that grows beyond the limit becomes the first segment unchanged: by a second name, which stays when the
  /// first becomes the new file. One with other contents stays plain.
  func layout(growingBy byteCount: Int) throws -> Layout? {
    if let layout = try layout() { return layout }
    guard path.fileSize != nil, path.grownSize(by: byteCount) > limits.plainBytes else {
      return nil
    }
    let file = try HDF5File(reading: path)
    guard try holdsOnlyOwn(file) else { return nil }
    let segment = try newSegmentFile()
    try Durable.link(place, to: path(of: segment))
    FaultPoint.reach(.segmentLinked)
    var layout = Layout(hardNegatives: [], drawn: try drawnSegments(in: file))
    for name in Name.drawn where try layout.drawn[name] == nil && file.contains(name) {
      layout.drawn[name] = Segment(file: segment, rowCount: try file.dataset(name).rowCount)
    }
    let summary = try Self.summary(of: file)
    if summary.hardNegatives > 0 {
      layout.hardNegatives = [Segment(file: segment, rowCount: summary.hardNegatives)]
    }
    return layout
  }

  /// Replaces the file with one that names the places of its rows, and checks it.
  /// - Parameter summary: its contents.
  func write(_ layout: Layout, _ summary: Summary) throws {
    let old = try path.fileSize.map { _ in try drawnSegments(in: HDF5File(reading: path)) } ?? [:]
    // What stays where it is need not exist.
    let changed = Name.drawn.filter { old[$0] != layout.drawn[$0] }
    let named = Set((layout.hardNegatives + layout.drawn.values).map { self.path(of: $0) })
    for file in try namedSegments().subtracting(named) {
      // From now on it is kept for a while for readers, unless it is lost or another user's.
      try? Durable.touch(file)
    }
    try Durable.replace(path, as: .features) { draft in
      let new = try begin(draft, without: [Name.hardNegatives, Name.probabilities] + changed)
      for name in changed {
        guard let segment = layout.drawn[name] else {
          if try new.contains(name) { try new.remove(name) }
          continue
        }
        let source = try HDF5File(reading: path(of: segment)).dataset(name)
        try new.createVirtualDataset(
          name, kind: source.kind(), columnCount: source.columnCount,
          over: [HDF5Source(file: segment.file, dataset: name, rowCount: segment.rowCount)])
      }
      func sources(_ name: String) -> [HDF5Source] {
        layout.hardNegatives.map {
          HDF5Source(file: $0.file, dataset: name, rowCount: $0.rowCount)
        }
      }
      try new.createVirtualDataset(
        Name.hardNegatives, kind: .float32, columnCount: 1 + hog.featureCount,
        over: sources(Name.hardNegatives))
      try new.createVirtualDataset(
        Name.probabilities, kind: .float64, columnCount: nil, over: sources(Name.probabilities))
      try mark(new, summary)
      try new.close()
      guard try Self.summary(of: HDF5File(reading: draft)) == summary else {
        throw FeatureFileError(draft, .unverified, "it does not read back as written")
      }
    }
  }

  /// Writes a segment of hard negatives.
  /// - Parameters:
  ///   - file: where; nil for a new one.
  ///   - origins: those of its rows.
  ///   - carried: other datasets copied into it unchanged, and from which segment.
  ///   - fill: writes the rows.
  func writeSegment(
    _ file: FilePath? = nil, origins: [RowOrigin], carrying carried: [String: Segment] = [:],
    fill: (borrowing HDF5Dataset) throws -> Void
  ) throws -> Segment {
    let file = try file ?? newSegmentFile()
    let rowBytes = rowBytes + RowOrigin.byteCount
    let size = carried.values.reduce(origins.count * rowBytes) {
      path(of: $1).grownSize(by: $0)
    }
    try Durable.replace(path(of: file), as: .newSegment, size: size) { draft in
      let new = try HDF5File(creating: draft)
      for (name, segment) in carried.sorted(by: { $0.key < $1.key }) {
        try HDF5File(reading: path(of: segment)).copy(name, to: new)
      }
      let rows = try new.createDataset(
        Name.hardNegatives, of: Float.self, shape: [origins.count, 1 + hog.featureCount])
      try new.write(origins)
      try fill(rows)
      try new.set(hog)
      try new.close()
      let written = try HDF5File(reading: draft).dataset(Name.hardNegatives)
      guard written.shape == [origins.count, 1 + hog.featureCount] else {
        throw FeatureFileError(draft, .unverified, "it does not read back as written")
      }
    }
    FaultPoint.reach(.segmentWritten)
    return Segment(file: file, rowCount: origins.count)
  }

  /// Some rows of a segment.
  struct Piece {
    let segment: Segment
    let rows: [Range<Int>]
  }

  /// Writes a segment with the rows of others.
  /// - Parameter progress: called for each written part.
  func writeSegment(
    _ file: FilePath? = nil, of pieces: [Piece], carrying carried: [String: Segment] = [:],
    progress: () throws -> Void = {}
  ) throws -> Segment {
    let origins = try pieces.flatMap { piece in
      let known = try self.origins(of: piece.segment)
      return piece.rows.flatMap { known[$0] }
    }
    return try writeSegment(file, origins: origins, carrying: carried) { target in
      var count = 0
      for piece in pieces {
        let source = try open(
          Name.hardNegatives, of: piece.segment, columnCount: target.columnCount)
        for block in piece.rows.flatMap({ $0.blocks(rowBytes: target.rowBytes) }) {
          try target.write(
            source.read(Float.self, rows: block), rows: count..<(count + block.count))
          count += block.count
          try progress()
        }
      }
    }
  }

  /// The origins of a segment's rows.
  func origins(of segment: Segment) throws -> [RowOrigin] {
    try reading(segment) { file in try file.origins(count: segment.rowCount) }
  }

  /// The probabilities of a segment's rows; NaN if unknown.
  func probabilities(of segment: Segment) throws -> [Double] {
    try reading(segment) { file in try file.probabilities(rows: 0..<segment.rowCount) }
  }

  private func reading<Result>(
    _ segment: Segment, _ body: (borrowing HDF5File) throws -> Result
  ) throws -> Result {
    let path = path(of: segment)
    do {
      return try body(HDF5File(reading: path))
    } catch let error as HDF5Error where error.isLoss {
      throw FeatureFileError(lost: segment, Name.hardNegatives, at: path, of: self, error.failure)
    }
  }

  /// Some hard negatives' probabilities, wherever they are stored. Segments with none of these rows need not exist.
  func probabilities(in file: borrowing HDF5File, rows: Range<Int>) throws -> [Double] {
    guard let segments = try segments(of: Name.hardNegatives, in: file) else {
      return try file.probabilities(rows: rows)
    }
    var known: [Double] = []
    var end = 0
    for segment in segments {
      let own = end..<(end + segment.rowCount)
      end = own.upperBound
      guard own.overlaps(rows) else { continue }
      let wanted = own.clamped(to: rows)
      known += try probabilities(of: segment)[
        (wanted.lowerBound - own.lowerBound)..<(wanted.upperBound - own.lowerBound)]
    }
    return known
  }
}
