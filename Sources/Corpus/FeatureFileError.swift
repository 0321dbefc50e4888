internal import Durable
internal import Files
internal import HDF5
package import SystemPackage
internal import Text

/// The feature file is not as it should be; it was not changed.
package struct FeatureFileError: FileError, Sendable {
  package enum Cause: Sendable, Hashable {
    /// There are no features yet.
    case noFeatures
    /// HDF5 cannot read it, or its parts do not fit together.
    case damaged
    /// The rows were made for other HOG settings.
    case otherSettings
    /// The hard negatives in it are not those that the ledger lists.
    case disagreesWithLedger
    /// A draft does not read back as written.
    case unverified
  }

  package let path: FilePath
  package let cause: Cause
  package let problem: String

  init(_ path: FilePath, _ cause: Cause, _ what: String) {
    self.path = path
    self.cause = cause
    problem = what
  }

  /// HDF5 could not read the file, although the system lets it.
  init(unreadable error: HDF5Error) {
    let advice =
      error.advice.map { "; \($0)" }
      ?? ": `misfire verify --repair` rebuilds its hard negatives, `misfire extract` the rest"
    self.init(error.path, .damaged, error.failure + advice)
  }

  /// The ledger lists other hard negatives than are in it.
  init(_ path: FilePath, disagreeing difference: String) {
    self.init(
      path, .disagreesWithLedger,
      "\(difference): `misfire verify` gives details, `misfire verify --repair` rebuilds them")
  }

  /// Its rows were not made for the settings; `difference` says why.
  init(_ path: FilePath, otherSettings difference: String) {
    self.init(path, .otherSettings, "\(difference): \(Self.adviceForOtherSettings)")
  }

  /// A segment is missing, or is not what it was.
  init(
    lost segment: Segment, _ name: String, at path: FilePath, of file: FeatureFile,
    _ problem: String
  ) {
    let remedy =
      name == FeatureFile.Name.features
      ? "`misfire extract` draws them again" : "`misfire verify --repair` recomputes them"
    self.init(
      path, .damaged,
      """
      it should hold \(segment.rowCount.counted("row")) of \(name) of \(file.path), but \(problem): restore it, or \
      \(remedy)
      """)
  }

  static let adviceForOtherSettings = """
    use the settings they were made with, or move this file away and run `misfire extract` and \
    `misfire verify --repair`
    """
}

/// So that a draft that HDF5 cannot write is reported like any other.
extension HDF5Error: SystemFailure {}

extension HDF5Error {
  /// Whether the file is missing or damaged; otherwise the system does not let it be read, and it may be intact.
  var isLoss: Bool {
    code == nil || code == .noSuchFileOrDirectory || code == .notDirectory
  }
}
