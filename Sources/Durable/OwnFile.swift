internal import Files
internal import Glibc
package import SystemPackage

/// A kind of file that Misfire writes. It is recognised by its content; other files are never overwritten.
package struct OwnFile: Sendable {
  /// "a report": its name for people.
  let name: String
  /// "set another report_path": the alternative to moving the existing file.
  let alternative: String
  /// Whether the file at this path, which is not empty, may be replaced.
  private let isOurs: @Sendable (FilePath) throws -> Bool

  /// - Parameters:
  ///   - name: its name for people, as in "a report".
  ///   - alternative: the alternative to moving the existing file: "set another report_path".
  ///   - isOurs: whether the file at a path, which is not empty, is of this kind.
  package init(
    _ name: String, orElse alternative: String,
    isOurs: @escaping @Sendable (FilePath) throws -> Bool
  ) {
    self.name = name
    self.alternative = alternative
    self.isOurs = isOurs
  }

  /// A text file, recognised by how it begins: in one of several ways, because older releases began it differently.
  package static func text(
    _ name: String, orElse alternative: String, beginning beginnings: [String]
  ) -> OwnFile {
    OwnFile(name, orElse: alternative) { path in
      let bytes = try path.firstBytes(beginnings.map(\.utf8.count).max() ?? 0)
      return beginnings.contains { bytes.starts(with: $0.utf8) }
    }
  }

  /// A file that must not exist yet.
  package static func new(_ name: String, orElse alternative: String) -> OwnFile {
    OwnFile(name, orElse: alternative) { _ in false }
  }

  /// A file that the caller has checked, or that a person has given up.
  package static let anything = OwnFile("anything", orElse: "") { _ in true }

  /// Whether the file at this path may be replaced by one of this kind: there is none, or an empty one, or one like it.
  func mayReplace(_ path: FilePath) throws -> Bool {
    guard path.exists else { return true }
    guard path.isRegularFile else { return false }
    return try path.isEmptyFile || isOurs(path)
  }

  /// Throws `ForeignFile` unless the file at this path, or what a link there leads to, may be replaced.
  package func require(at path: FilePath) throws {
    let path = path.withLinkFollowed
    do {
      guard try mayReplace(path) else { throw ForeignFile(path, self) }
    } catch let code as Errno {
      throw DurableError(code, "read what is at", path)
    }
  }
}

/// The place of a file is taken by another that Misfire did not write; it was not changed.
package struct ForeignFile: Error, Sendable, CustomStringConvertible {
  package let path: FilePath
  package let description: String

  init(_ path: FilePath, _ file: OwnFile) {
    self.path = path
    let what =
      path.isFolder
      ? "is a folder"
      : path.isRegularFile
        ? "already exists and is not \(file.name) written by Misfire" : "is not a regular file"
    description = "\(path) \(what), so it was not replaced: move it away, or \(file.alternative)"
  }
}

extension FilePath {
  fileprivate var isEmptyFile: Bool {
    get throws(Errno) { try stat().size == 0 }
  }
}
