package import SystemPackage

/// Why a picture's boxes are not known.
package struct AnnotationError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The file or folder in question.
  package let path: FilePath
  /// What is wrong with it, and what would be right.
  package let message: String

  package init(_ path: FilePath, _ message: String) {
    self.path = path
    self.message = message
  }

  package var description: String { "\(path): \(message)" }
}
