internal import Corpus
internal import Detection

/// Settings that give 36 features, as in the files of the corpus.
private let hog = HOGDescriptor(
  window: PixelSize(width: 8, height: 8), orientations: 9, cellRows: 4, cellColumns: 4,
  blockRows: 2,
  blockColumns: 2, squareRoot: true, blockNorm: .l1)

/// Whether these bytes begin a file in HDF5's second format or a later one, like every file that Misfire writes.
///
/// The first format has no checksums. HDF5 1.10 itself uses freed memory on some damaged files in it, which only HDF5
/// can fix.
private func hasChecksums(_ bytes: [UInt8]) -> Bool {
  bytes.count > 8 && bytes.starts(with: [0x89, 0x48, 0x44, 0x46]) && bytes[8] >= 2
}

/// Reads a model file.
func readModel(_ bytes: [UInt8]) {
  guard hasChecksums(bytes) else { return }
  withScratchFile(bytes, named: "model.hdf5") { file in
    do {
      _ = try ModelFile(reading: file, for: hog).svm.weights.count
    } catch {
      _ = "\(error)"
    }
  }
}

/// Reads all of a feature file, as a training does, and rewrites it, as an extraction does.
func readFeatures(_ bytes: [UInt8]) {
  guard hasChecksums(bytes) else { return }
  withScratchFile(bytes, named: "features.hdf5") { path in
    let file = FeatureFile(path, for: hog)
    do {
      _ = try file.summary()
      _ = try file.drawnPictures()
      _ = try file.hardNegativeProbabilities()
      let rows = try file.trainingRows(hardNegatives: .mostConfident(3))
      var floats = [Float](repeating: 0, count: rows.rowCount * rows.columnCount)
      var span = floats.mutableSpan
      try rows.read(rows: 0..<rows.rowCount, into: &span)
    } catch {
      _ = "\(error)"
    }
    do {
      let rows = LabelledRows(
        labels: [1, -1], features: [Float](repeating: 0.5, count: 2 * hog.featureCount),
        featureCount: hog.featureCount)
      try file.writeFeatures(rows)
    } catch {
      _ = "\(error)"
    }
  }
}
