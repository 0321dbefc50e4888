package import SystemPackage

/// A problem that `Verification` found.
package struct Finding: Sendable, Hashable, CustomStringConvertible {
  package enum Remedy: Sendable, Hashable {
    /// The next start, or the next seal, finishes it by itself.
    case recovery
    /// `FeatureFile.rebuildHardNegatives` or `Ledger.describeAnew` fixes it.
    case rebuilding
    /// A person must do this.
    case advice(String)
  }

  /// The file or folder concerned.
  package let path: FilePath
  /// The problem.
  package let problem: String
  package let remedy: Remedy

  package init(path: FilePath, problem: String, remedy: Remedy) {
    self.path = path
    self.problem = problem
    self.remedy = remedy
  }

  package var description: String {
    switch remedy {
    case .recovery: "\(path): \(problem); the next start finishes it"
    case .rebuilding: "\(path): \(problem); `misfire verify --repair` fixes it"
    case .advice(let advice): "\(path): \(problem); \(advice)"
    }
  }
}
