package import SystemPackage

/// Why the boxes of a picture are unknown.
package struct AnnotationError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The annotation file or folder at fault.
  package let path: FilePath
  /// What is wrong with it, and what to do about it.
  package let message: String

  package init(_ path: FilePath, _ message: String) {
    self.path = path
    self.message = message
  }

  package var description: String { "\(path): \(message)" }
}
