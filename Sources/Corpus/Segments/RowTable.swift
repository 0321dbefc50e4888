internal import HDF5
internal import SystemPackage

/// The rows of one dataset of a feature file, wherever they are: in the file itself, or in its segments.
///
/// All files are opened at once, and do not change afterwards. A missing one is an error here, while HDF5 itself would read
/// its rows as NaN.
final class RowTable: Sendable {
  /// Rows in one file.
  private final class Part: Sendable {
    let dataset: HDF5Dataset
    /// Which of all rows they are.
    let rows: Range<Int>

    init(_ dataset: consuming HDF5Dataset, rows: Range<Int>) {
      self.dataset = dataset
      self.rows = rows
    }
  }

  let name: String
  let rowCount: Int
  let columnCount: Int
  private let parts: [Part]

  /// The size of one row as float32.
  var rowBytes: Int { columnCount * MemoryLayout<Float>.stride }

  /// - Parameter wanted: the rows that will be read; nil for all. Segments with none of them need not exist.
  init(
    _ name: String, of features: FeatureFile, in file: borrowing HDF5File,
    for wanted: Range<Int>? = nil
  ) throws {
    self.name = name
    let dataset = try file.dataset(name)
    (rowCount, columnCount) = (dataset.rowCount, dataset.columnCount)
    guard let segments = try features.segments(of: name, in: file) else {
      parts = [Part(dataset, rows: 0..<rowCount)]
      return
    }
    parts = try Self.parts(segments, name, of: features, columnCount: columnCount, for: wanted)
  }

  /// The rows of one segment.
  init(_ name: String, _ segment: Segment, of features: FeatureFile, columnCount: Int) throws {
    (self.name, rowCount, self.columnCount) = (name, segment.rowCount, columnCount)
    parts = try Self.parts([segment], name, of: features, columnCount: columnCount)
  }

  private static func parts(
    _ segments: [Segment], _ name: String, of features: FeatureFile, columnCount: Int,
    for wanted: Range<Int>? = nil
  ) throws -> [Part] {
    var parts: [Part] = []
    var end = 0
    for segment in segments {
      let rows = end..<(end + segment.rowCount)
      end = rows.upperBound
      guard wanted?.overlaps(rows) ?? true else { continue }
      parts.append(
        Part(try features.open(name, of: segment, columnCount: columnCount), rows: rows))
    }
    return parts
  }

  /// Reads some rows, all columns or some, one row after another.
  func read(rows: Range<Int>, columns: Range<Int>? = nil) throws -> [Float] {
    var numbers = [Float](
      repeating: 0, count: rows.count * (columns?.count ?? columnCount))
    var span = numbers.mutableSpan
    try read(into: &span, rows: rows, columns: columns)
    return numbers
  }

  /// Reads some rows, all columns or some, one row after another, into existing memory.
  /// - Parameter offset: where in `numbers` the first one goes.
  func read(
    into numbers: inout MutableSpan<Float>, at offset: Int = 0, rows: Range<Int>,
    columns: Range<Int>? = nil
  ) throws {
    let width = columns?.count ?? columnCount
    for part in parts where part.rows.overlaps(rows) {
      let own = part.rows.clamped(to: rows)
      try part.dataset.read(
        into: &numbers, at: offset + (own.lowerBound - rows.lowerBound) * width,
        rows: (own.lowerBound - part.rows.lowerBound)..<(own.upperBound - part.rows.lowerBound),
        columns: columns)
    }
  }
}

extension FeatureFile {
  /// Opens a dataset of a segment.
  /// - Throws: `FeatureFileError` that names the segment, and says what to do about it, or `HDF5Error` if the system does
  ///   not let it be read.
  func open(_ name: String, of segment: Segment, columnCount: Int) throws -> HDF5Dataset {
    let path = path(of: segment)
    do {
      let dataset = try HDF5File(reading: path).dataset(name)
      guard dataset.columnCount == columnCount, dataset.rowCount >= segment.rowCount else {
        throw FeatureFileError(
          lost: segment, name, at: path, of: self, "its \(name) have the shape \(dataset.shape)")
      }
      return dataset
    } catch let error as HDF5Error where error.isLoss {
      throw FeatureFileError(lost: segment, name, at: path, of: self, error.failure)
    }
  }
}
