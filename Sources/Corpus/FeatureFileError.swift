internal import HDF5
package import SystemPackage

/// The feature file is not what it should be; it has been left as it was.
package struct FeatureFileError: Error, Sendable, CustomStringConvertible {
  package enum Cause: Sendable, Hashable {
    /// There are no features yet.
    case noFeatures
    /// HDF5 cannot read it, or its parts do not fit one another.
    case damaged
    /// The rows were made for other HOG settings.
    case otherSettings
    /// The hard negatives in it are not those that the ledger says are there.
    case disagreesWithLedger
    /// A draft did not read back as it was written.
    case unverified
  }

  package let path: FilePath
  package let cause: Cause
  package let description: String

  init(_ path: FilePath, _ cause: Cause, _ what: String) {
    self.path = path
    self.cause = cause
    description = "\(path): \(what)"
  }

  /// HDF5 could not read the file.
  init(unreadable error: HDF5Error) {
    path = error.path
    cause = .damaged
    let repair = "`misfire verify --repair` rebuilds its hard negatives, `misfire extract` the rest"
    description = error.advice == nil ? "\(error): \(repair)" : "\(error)"
  }

  /// Its rows were not made for the settings, as `difference` says.
  init(_ path: FilePath, otherSettings difference: String) {
    self.init(path, .otherSettings, "\(difference): \(Self.adviceForOtherSettings)")
  }

  static let adviceForOtherSettings = """
    use the settings they were made for, or move this file away and run `misfire extract` and \
    `misfire verify --repair`
    """
}
