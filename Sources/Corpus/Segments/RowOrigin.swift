internal import Detection
internal import Digest
internal import HDF5

/// Where a hard negative comes from, which a segment states for each of its rows: so the segment can be understood, and
/// assigned to pictures, without the ledger.
struct RowOrigin: Sendable, Equatable {
  /// Platt's probability, in 0...1; NaN if unknown.
  let probability: Double
  /// Nil for a row that came with a file from elsewhere, or from a segment of an older Misfire.
  let source: Source?

  struct Source: Sendable, Equatable {
    /// The content of the picture.
    let picture: SHA256Digest
    /// Where the window is in the picture, in its pixels; it may reach beyond the edges.
    let box: Box
    let layer: Int
    /// w·x + b by the model that mined it.
    let margin: Double
    /// The generation of that model; nil for a model that has no number.
    let generation: Int?
  }

  /// A row whose picture is unknown.
  init(probability: Double) {
    self.probability = probability
    source = nil
  }

  init(_ hardNegative: HardNegative, in picture: SHA256Digest, by generation: Int?) {
    probability = hardNegative.probability
    source = Source(
      picture: picture, box: hardNegative.box, layer: hardNegative.layer,
      margin: hardNegative.margin, generation: generation)
  }
}

extension RowOrigin {
  /// The datasets of a segment, with a row for each hard negative. An unknown picture is 32 zero bytes.
  enum Name {
    /// The SHA-256 of the picture: N × 32 bytes.
    static let pictures = "hard_negatives_picture"
    /// x0, y0, x1, y1, layer and generation: N × 6 integers. Generation 0 is a model without a number.
    static let places = "hard_negatives_place"
    /// The margin: N numbers.
    static let margins = "hard_negatives_margin"
  }

  /// The size of what a segment states of a row.
  static let byteCount = SHA256Digest.byteCount + (placeColumns + 2) * 8
  fileprivate static let placeColumns = 6

  fileprivate var place: [Int] {
    guard let source else { return [Int](repeating: 0, count: Self.placeColumns) }
    return [
      source.box.x0, source.box.y0, source.box.x1, source.box.y1, source.layer,
      source.generation ?? 0,
    ]
  }

  fileprivate init(
    probability: Double, picture: ArraySlice<UInt8>, place: ArraySlice<Int>, margin: Double
  ) {
    self.probability = probability
    let numbers = Array(place)
    source =
      picture.allSatisfy { $0 == 0 }
      ? nil
      : SHA256Digest(bytes: Array(picture)).map {
        Source(
          picture: $0, box: Box(x0: numbers[0], y0: numbers[1], x1: numbers[2], y1: numbers[3]),
          layer: numbers[4], margin: margin, generation: numbers[5] == 0 ? nil : numbers[5])
      }
  }
}

extension HDF5File {
  /// Writes the origins of all rows of a segment.
  func write(_ origins: [RowOrigin]) throws {
    let none = [UInt8](repeating: 0, count: SHA256Digest.byteCount)
    func write<Number: HDF5Number>(_ name: String, _ numbers: [Number], columnCount: Int? = nil)
      throws
    {
      try createDataset(
        name, of: Number.self, shape: [origins.count] + (columnCount.map { [$0] } ?? [])
      ).write(numbers, rows: 0..<origins.count)
    }
    try write(FeatureFile.Name.probabilities, origins.map(\.probability))
    try write(
      RowOrigin.Name.pictures, origins.flatMap { $0.source?.picture.bytes ?? none },
      columnCount: SHA256Digest.byteCount)
    try write(
      RowOrigin.Name.places, origins.flatMap(\.place), columnCount: RowOrigin.placeColumns)
    try write(RowOrigin.Name.margins, origins.map { $0.source?.margin ?? .nan })
  }

  /// The origins of a segment's first rows; those that it does not state are unknown.
  func origins(count: Int) throws -> [RowOrigin] {
    let probabilities = try probabilities(rows: 0..<count)
    guard try contains(RowOrigin.Name.pictures) else {
      return probabilities.map { RowOrigin(probability: $0) }
    }
    let pictures = try read(UInt8.self, RowOrigin.Name.pictures, count, SHA256Digest.byteCount)
    let places = try read(Int.self, RowOrigin.Name.places, count, RowOrigin.placeColumns)
    let margins = try read(Double.self, RowOrigin.Name.margins, count, 1)
    return probabilities.enumerated().map { row, probability in
      let (bytes, columns) = (SHA256Digest.byteCount, RowOrigin.placeColumns)
      return RowOrigin(
        probability: probability, picture: pictures[(row * bytes)..<((row + 1) * bytes)],
        place: places[(row * columns)..<((row + 1) * columns)], margin: margins[row])
    }
  }

  private func read<Number: HDF5Number>(
    _: Number.Type, _ name: String, _ rowCount: Int, _ columnCount: Int
  ) throws -> [Number] {
    let dataset = try dataset(name)
    guard dataset.rowCount >= rowCount, dataset.columnCount == columnCount else {
      throw FeatureFileError(path, .damaged, "its \(name) has the shape \(dataset.shape)")
    }
    return try dataset.read(Number.self, rows: 0..<rowCount)
  }
}
