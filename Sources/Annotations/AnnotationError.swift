public import SystemPackage

/// Why a picture's boxes are not known.
public struct AnnotationError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The file or folder in question.
  public let path: FilePath
  /// What is wrong with it, and what would be right.
  public let message: String

  public init(_ path: FilePath, _ message: String) {
    self.path = path
    self.message = message
  }

  public var description: String { "\(path): \(message)" }
}
