internal import Files
package import SystemPackage

/// A shard that cannot be used, and why.
package struct ShardError: FileError, Sendable {
  package enum Cause: Sendable {
    /// Cut short, changed, or not a shard.
    case damaged
    /// Missing, or the system does not let it be read.
    case missing
    /// Its rows were made for other HOG settings.
    case otherDescriptor
    /// It was made by another model, or with other settings than the shards beside it.
    case otherOrigin
  }

  package let path: FilePath
  package let cause: Cause
  /// What is wrong and what to do, without the path.
  package let problem: String

  package init(_ path: FilePath, _ cause: Cause, _ problem: String) {
    self.path = path
    self.cause = cause
    self.problem = problem
  }
}
