package import Digest
internal import HDF5

extension FeatureFile {
  /// The pictures that `features` were drawn from, by their content; nil if the file does not say,
  /// as one that the lesson's script wrote does not.
  package func drawnPictures() throws -> Set<SHA256Digest>? {
    guard path.fileSize != nil else { return nil }
    return try advising {
      let file = try HDF5File(reading: path)
      guard try file.contains(Name.drawnPictures) else { return nil }
      let table = try drawnPictures(in: file)
      guard table.columnCount == SHA256Digest.byteCount else {
        throw FeatureFileError(
          path, .damaged,
          """
          \(Name.drawnPictures) has the shape \(table.shape), but each row should be the \
          \(SHA256Digest.byteCount) bytes of a SHA-256: run `misfire extract` again
          """)
      }
      let bytes = try table.read(UInt8.self, rows: 0..<table.rowCount)
      let digests = stride(from: 0, to: bytes.count, by: SHA256Digest.byteCount).map {
        SHA256Digest(bytes: Array(bytes[$0..<($0 + SHA256Digest.byteCount)]))
      }
      return Set(digests.compactMap(\.self))
    }
  }
}

extension FeatureFile {
  /// The dataset itself, wherever it is stored.
  private func drawnPictures(in file: borrowing HDF5File) throws -> HDF5Dataset {
    let table = try file.dataset(Name.drawnPictures)
    guard let segment = try segments(of: Name.drawnPictures, in: file)?.first else { return table }
    return try open(Name.drawnPictures, of: segment, columnCount: table.columnCount)
  }
}

extension HDF5File {
  /// Records which pictures `features` were drawn from, in an order that depends only on them.
  borrowing func add(drawnPictures: Set<SHA256Digest>) throws {
    let digests = drawnPictures.map(\.bytes).sorted { $0.lexicographicallyPrecedes($1) }
    let table = try createDataset(
      FeatureFile.Name.drawnPictures, of: UInt8.self,
      shape: [digests.count, SHA256Digest.byteCount])
    try table.write(Array(digests.joined()), rows: 0..<digests.count)
  }
}
