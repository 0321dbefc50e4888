internal import SystemPackage

/// Where the relative paths of a settings file start: usually at the file's own folder.
///
/// The lesson keeps its settings in `conf/cars.json`, with paths relative to the folder that its scripts are started
/// in. So pictures and annotations that exist in the working folder, and not in the settings file's folder, start
/// there. If any of them does, so do output files, unless they already exist in the settings file's folder. Otherwise
/// no file in the working folder is written to.
struct PathStart {
  private let settingsFolder, workingFolder: FilePath
  private let isLikeLesson: Bool

  /// - Parameter members: all members of the settings file.
  init(_ members: [JSONNode.Member], settingsFolder: FilePath, workingFolder: FilePath) {
    self.settingsFolder = settingsFolder
    self.workingFolder = workingFolder
    isLikeLesson = members.contains { member in
      guard let key = Settings.keys.first(where: { $0.name == member.key }),
        key.pathUse == .readOnly, let path = Self.relativePath(member.node)
      else { return false }
      return Self.isOnly(path, in: workingFolder, notIn: settingsFolder)
    }
  }

  /// The folder that a key's path is relative to.
  func folder(of key: SettingsKey, _ node: JSONNode) -> FilePath {
    guard key.pathUse != nil, workingFolder != settingsFolder, let path = Self.relativePath(node)
    else { return settingsFolder }
    let startsAtWorkingFolder =
      key.pathUse == .readOnly
      ? Self.isOnly(path, in: workingFolder, notIn: settingsFolder)
      : isLikeLesson && Self.isMissing(settingsFolder.pushing(path))
    return startsAtWorkingFolder ? workingFolder : settingsFolder
  }

  private static func relativePath(_ node: JSONNode) -> FilePath? {
    guard case .string(let text) = node.value, !text.isEmpty, !text.contains("\0") else {
      return nil
    }
    let path = FilePath(text)
    return path.isRelative ? path : nil
  }

  private static func isOnly(
    _ path: FilePath, in folder: FilePath, notIn other: FilePath
  ) -> Bool {
    isMissing(other.pushing(path).lexicallyNormalized())
      && !isMissing(folder.pushing(path).lexicallyNormalized())
  }

  /// Whether nothing exists at this path. A path that cannot be inspected counts as existing.
  private static func isMissing(_ path: FilePath) -> Bool {
    do {
      _ = try path.stat(followTargetSymlink: false)
      return false
    } catch {
      return [.noSuchFileOrDirectory, .notDirectory].contains(error)
    }
  }
}

extension Settings {
  /// A message about the paths that start at the working folder; nil if there are none.
  var startInWords: String? {
    guard !keysFromWorkingFolder.isEmpty else { return nil }
    return """
      \(path): relative paths start at the working folder for \(keysFromWorkingFolder.joined(separator: ", ")), because \
      they do not exist in \(folder)
      """
  }
}
