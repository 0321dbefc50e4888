internal import Durable
internal import Files
internal import Foundation
internal import SystemPackage

/// A path of the settings, and what the current user may do there.
struct CheckedPlace {
  let path: FilePath
  /// The key of the settings that names it.
  let key: String

  init(_ path: FilePath, key: String) {
    self.path = path
    self.key = key
  }

  func problem(_ message: String) -> Problem { Problem(path, key: key, message) }

  /// What prevents reading it; nil if nothing does.
  var readingProblem: Problem? {
    if let reason = path.refusal(of: R_OK) {
      return problem(
        "\(NSUserName()) cannot read it (\(reason)): correct the path, or let that user read it")
    }
    guard Self.isFolder(path), let reason = path.refusal(of: X_OK) else { return nil }
    return problem("\(NSUserName()) cannot look into it (\(reason)): give that user access")
  }

  /// What prevents its use as a folder that files are written into; nil if nothing does.
  var folderProblem: Problem? { Self.folderProblem(of: self, at: path) }

  /// What prevents its use as a file that is written; nil if nothing does.
  /// - Parameter isReplaced: as a whole, by another beside it; otherwise it is changed in place.
  func fileProblem(isReplaced: Bool) -> Problem? {
    if Self.isFolder(path) {
      return problem("it is a folder but must be a file: set another path")
    }
    let isThere = path.refusal(of: F_OK) == nil
    let mode = isReplaced ? R_OK : R_OK | W_OK
    if isThere, let reason = path.refusal(of: mode) {
      let remedy = path.owner(refusing: mode) ?? "give that user access to the file"
      return problem(
        "\(NSUserName()) cannot \(isReplaced ? "read" : "write to") it (\(reason)): \(remedy)")
    }
    return Self.folderProblem(of: self, at: path.removingLastComponent())
  }

  /// - Parameter folder: the place itself, or the folder it is in.
  private static func folderProblem(of place: CheckedPlace, at folder: FilePath) -> Problem? {
    let nearest = folder.nearestThere
    if let reason = nearest.refusal(of: F_OK) {
      return place.problem("\(NSUserName()) cannot reach it (\(reason)): give that user access")
    }
    guard isFolder(nearest) else {
      return place.problem("\(nearest) is not a folder: move it away, or set another path")
    }
    let mode = nearest == folder ? R_OK | W_OK | X_OK : W_OK | X_OK
    guard let reason = nearest.refusal(of: mode) else { return nil }
    let what = nearest == folder ? "write to \(nearest)" : "create it in \(nearest)"
    let remedy =
      nearest.owner(refusing: mode) ?? "give that user access to the folder, or set another path"
    return place.problem("\(NSUserName()) cannot \(what) (\(reason)): \(remedy)")
  }

  private static func isFolder(_ path: FilePath) -> Bool {
    folderEntry(at: path.withLinksFollowed)?.kind == .folder
  }
}
