public import SystemPackage

/// Something that `Verification` found wrong.
public struct Finding: Sendable, Hashable, CustomStringConvertible {
  public enum Remedy: Sendable, Hashable {
    /// The next start, or the next seal, finishes it by itself.
    case recovery
    /// `FeatureFile.rebuildHardNegatives` or `Ledger.describeAnew` puts it right.
    case rebuilding
    /// A person must do this.
    case advice(String)
  }

  /// The file or folder it is about.
  public let path: FilePath
  /// What is wrong.
  public let problem: String
  public let remedy: Remedy

  package init(path: FilePath, problem: String, remedy: Remedy) {
    self.path = path
    self.problem = problem
    self.remedy = remedy
  }

  public var description: String {
    switch remedy {
    case .recovery: "\(path): \(problem); the next start finishes it"
    case .rebuilding: "\(path): \(problem); `misfire verify --repair` puts it right"
    case .advice(let advice): "\(path): \(problem); \(advice)"
    }
  }
}
