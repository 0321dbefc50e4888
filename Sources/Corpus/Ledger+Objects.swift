package import Detection
internal import Foundation
internal import GRDB

/// Windows that a person called objects: positives without an annotation.
extension Ledger {
  /// Their features for these settings, row by row, in the order of their ids.
  /// - Parameter rowCount: how many rows each must have: 2 if objects are also trained on mirrored.
  /// - Returns: nil if some were made for other settings: see `objects(notFor:)`.
  package func objectFeatures(for hog: HOGDescriptor, rowCount: Int) throws(LedgerError) -> [Float]?
  {
    guard try objects(notFor: hog, rowCount: rowCount).isEmpty else { return nil }
    return try read {
      try Data.fetchAll($0, sql: "SELECT floats FROM objects ORDER BY hard_negative")
        .flatMap(FeatureBlob.features)
    }
  }

  /// Those that were not made for these settings.
  package func objects(notFor hog: HOGDescriptor, rowCount: Int) throws(LedgerError)
    -> [HardNegativeRecord]
  {
    try read {
      try HardNegativeRecord.fetchAll(
        $0,
        sql: """
          SELECT hard_negatives.* FROM objects JOIN hard_negatives ON id = hard_negative
          WHERE length(floats) <> ? OR made_for <> ? ORDER BY image, id
          """,
        arguments: [rowCount * hog.featureCount * MemoryLayout<Float>.stride, hog.fingerprint]
      )
    }
  }

  /// Replaces the features of windows that are still objects.
  package func describeObjects(_ windows: [DescribedWindow], for hog: HOGDescriptor)
    throws(LedgerError)
  {
    let fingerprint = hog.fingerprint
    try write { database in
      for window in windows {
        try database.execute(
          sql: "UPDATE objects SET floats = ?, made_for = ? WHERE hard_negative = ?",
          arguments: [FeatureBlob.data(window.features[...]), fingerprint, window.id])
      }
    }
  }
}
