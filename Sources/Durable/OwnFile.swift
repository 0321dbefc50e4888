internal import Files
internal import Glibc
package import SystemPackage

/// A kind of file that Misfire writes, recognised by its content. Misfire never overwrites other files.
package struct OwnFile: Sendable {
  /// Its name in messages: "a report"; nil for a file that must be new.
  let name: String?
  /// What to do instead of moving the existing file: "set another report_path".
  let alternative: String
  /// Whether a non-empty file at this path can be replaced.
  private let isOurs: @Sendable (FilePath) throws -> Bool

  /// - Parameters:
  ///   - name: its name in messages, such as "a report".
  ///   - alternative: what to do instead of moving the existing file: "set another report_path".
  ///   - isOurs: whether the non-empty file at a path is of this kind.
  package init(
    _ name: String, orElse alternative: String,
    isOurs: @escaping @Sendable (FilePath) throws -> Bool
  ) {
    self.name = name
    self.alternative = alternative
    self.isOurs = isOurs
  }

  /// A text file, recognised by how it begins. Older releases can have begun it differently.
  package static func text(
    _ name: String, orElse alternative: String, beginning beginnings: [String]
  ) -> OwnFile {
    OwnFile(name, orElse: alternative) { path in
      let bytes = try path.firstBytes(beginnings.map(\.utf8.count).max() ?? 0)
      return beginnings.contains { bytes.starts(with: $0.utf8) }
    }
  }

  /// A file that must not exist yet.
  package static func new(orElse alternative: String) -> OwnFile {
    OwnFile(newFile: alternative)
  }

  private init(newFile alternative: String) {
    name = nil
    self.alternative = alternative
    isOurs = { _ in false }
  }

  /// A file that the caller has checked, that a person has agreed to replace, or whose name is Misfire's alone.
  package static let anything = OwnFile("anything", orElse: "") { _ in true }

  /// Whether a file of this kind can be written at this path: nothing is there, or an empty file, or one of this
  /// kind.
  func mayReplace(_ path: FilePath) throws -> Bool {
    guard path.exists else { return true }
    guard path.isRegularFile else { return false }
    return try path.isEmptyFile || isOurs(path)
  }

  /// Throws `ForeignFile` unless the file at this path, or the target of a link there, can be replaced.
  package func require(at path: FilePath) throws {
    let path = path.withLinkFollowed
    do {
      guard try mayReplace(path) else { throw ForeignFile(path, self) }
    } catch let code as Errno {
      throw DurableError(code, "read what is at", path)
    }
  }
}

/// A file that Misfire did not write, or never replaces, is in the way; it was not changed.
package struct ForeignFile: Error, Sendable, CustomStringConvertible {
  package let path: FilePath
  package let description: String

  init(_ path: FilePath, _ file: OwnFile) {
    self.path = path
    let what =
      if path.isFolder {
        "is a folder"
      } else if !path.isRegularFile {
        "is not a regular file"
      } else {
        "already exists" + (file.name.map { " and is not \($0) written by Misfire" } ?? "")
      }
    description = "\(path) \(what), so it was not replaced: move it away, or \(file.alternative)"
  }
}

extension FilePath {
  fileprivate var isEmptyFile: Bool {
    get throws(Errno) { try stat().size == 0 }
  }
}
