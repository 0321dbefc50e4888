package import SystemPackage

/// An error about one file or folder.
package protocol FileError: Error, CustomStringConvertible {
  /// The file or folder concerned.
  var path: FilePath { get }
  /// What is wrong, and what to do about it, without the path.
  var problem: String { get }
}

extension FileError {
  package var description: String { "\(path): \(problem)" }
}
