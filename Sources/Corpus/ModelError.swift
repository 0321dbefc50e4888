internal import Durable
internal import Files
package import SystemPackage

/// A model file cannot be used; the live model stays live.
package struct ModelError: FileError, Sendable {
  package enum Cause: Sendable, Hashable {
    /// A part that every model has is missing, or is not a number.
    case incomplete
    /// It was made for other HOG settings.
    case otherSettings
    /// HDF5 cannot read it, or its weights do not give the margins stored in it.
    case damaged
    /// The system does not let it be read.
    case unreadable(Errno)
    /// Its probabilities fall as margins rise.
    case turnedOver
    /// There is no file, although a generation is live.
    case missing
    /// There is no such generation.
    case unknownGeneration
  }

  package let path: FilePath
  package let cause: Cause
  package let problem: String

  package init(_ path: FilePath, _ cause: Cause, _ problem: String) {
    self.path = path
    self.cause = cause
    self.problem = problem
  }

  /// A model file that cannot be used.
  /// - Parameters:
  ///   - error: the reader's error.
  ///   - remedy: what to do about the file; an error of the system says what to do itself.
  init(_ path: FilePath, unusable error: any Error, _ remedy: String) {
    let problem = (error as? any FileError)?.problem ?? "\(error)"
    if let code = (error as? any SystemFailure)?.code {
      self.init(path, .unreadable(code), problem)
    } else {
      self.init(path, (error as? ModelError)?.cause ?? .damaged, "\(problem): \(remedy)")
    }
  }
}
