internal import Files
package import SystemPackage

/// Why the boxes of a picture are unknown.
package struct AnnotationError: FileError, Hashable, Sendable {
  /// The annotation file or folder at fault.
  package let path: FilePath
  /// What is wrong with it, and what to do about it.
  package let problem: String
  /// Why the system does not let it be read; nil if something else is wrong.
  package let code: Errno?

  package init(_ path: FilePath, _ problem: String, code: Errno? = nil) {
    self.path = path
    self.problem = problem
    self.code = code
  }
}
