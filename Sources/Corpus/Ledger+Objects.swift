package import Detection
internal import Foundation
internal import GRDB

/// Windows that a person called objects: positives that no annotation knows.
extension Ledger {
  /// Their features for these settings, row by row, in the order of their ids.
  /// - Parameter rowCount: how many rows each must have: 2 where objects are trained on mirrored, too.
  /// - Returns: nil where some were described for other settings: see `objects(notFor:)`.
  package func objectFeatures(for hog: HOGDescriptor, rowCount: Int) throws(LedgerError) -> [Float]?
  {
    guard try objects(notFor: hog, rowCount: rowCount).isEmpty else { return nil }
    return try read {
      try Data.fetchAll($0, sql: "SELECT floats FROM objects ORDER BY hard_negative")
        .flatMap(FeatureBlob.features)
    }
  }

  /// Those that were not described for these settings.
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

  /// Replaces the features of objects that still are some.
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
