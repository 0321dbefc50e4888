internal import Corpus
internal import Detection

/// Settings that make 36 features, as the files of the corpus have them.
private let hog = HOGDescriptor(
  window: PixelSize(width: 8, height: 8), orientations: 9, cellRows: 4, cellColumns: 4,
  blockRows: 2,
  blockColumns: 2, squareRoot: true, blockNorm: .l1)

/// Whether HDF5's second form or a later one begins these bytes, as everything that is written here does.
///
/// The first form has no checksums; HDF5 1.10 itself uses freed memory over some damaged files of it, which only HDF5 can
/// mend.
private func hasChecksums(_ bytes: [UInt8]) -> Bool {
  bytes.count > 8 && bytes.starts(with: [0x89, 0x48, 0x44, 0x46]) && bytes[8] >= 2
}

/// A model file.
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

/// A feature file, all of which is read, as a training does, and written anew, as an extraction does.
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
