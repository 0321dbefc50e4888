internal import Corpus
internal import Detection
package import SystemPackage

/// The rows of the feature file cannot be learnt from; the live model stays as it is.
package struct UnusableRows: Error, CustomStringConvertible {
  package let path: FilePath
  package let description: String

  private init(_ path: FilePath, _ what: String) {
    self.path = path
    description = "\(path): \(what)"
  }

  /// The error for what training found wrong with `rows`, which are those of the file at `path`.
  init(_ error: TrainingError, in path: FilePath, _ rows: TrainingRows) {
    let what =
      switch error {
      case .feature(let value, let row, let column):
        // The label is column 0 of the file.
        """
        \(rows.place(of: row)), column \(column + 1), is \(value), which cannot be learnt from: move \
        this file away, run `misfire extract` and `misfire verify --repair`
        """
      case .label(let label, let row):
        """
        \(rows.place(of: row)) has the label \(label); labels are 1 and -1: correct it, or run \
        `misfire extract` again
        """
      case .overflow:
        "\(error): lower C or class_weight, or run `misfire extract` again"
      case .noRows, .oneClass, .labelCount:
        """
        \(error): name pictures of both kinds in image_dataset and image_distractions, set num_distraction_images and \
        num_distractions_per_image above 0, and run `misfire extract` again
        """
      }
    self.init(path, what)
  }

  /// The features of the object do not differ from those of anything else.
  static func alike(in path: FilePath) -> UnusableRows {
    UnusableRows(
      path,
      """
      nothing in its rows distinguishes the object from the rest: they are alike, or have both labels; \
      look at the pictures, and run `misfire extract` again
      """)
  }

  /// The features distinguish the object from the rest, but mistakes cost so little that it is cheaper to make them all.
  static func tooCheap(in path: FilePath, penalty: Double) -> UnusableRows {
    UnusableRows(
      path,
      """
      nothing can be learnt from its rows with C \(penalty), because mistakes cost less than any weights: \
      raise C; 0.01 is typical
      """)
  }

  /// `training_memory` does not even hold the rows without hard negatives.
  /// - Parameter capacity: how many rows it holds.
  static func tooMany(
    in path: FilePath, rows: Int, capacity: Int, featureCount: Int
  ) -> UnusableRows {
    let needed = rows * featureCount * MemoryLayout<Float>.size
    return UnusableRows(
      path,
      """
      training_memory holds \(capacity) of its rows, but \(rows) of them are not hard negatives: raise it \
      to at least "\(needed / 1_000_000 + 1) MB"
      """)
  }
}
