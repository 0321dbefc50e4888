internal import SystemPackage

/// Where the relative paths of a settings file start: usually at its own folder.
///
/// The lesson keeps its settings in `conf/cars.json` with paths relative to where its scripts are started. So pictures and
/// annotations that are in the working folder, and not in the file's, start there. If one of these does, so do output
/// files, unless they are in the file's folder already; otherwise no file in the working folder is written to.
struct PathStart {
  private let settingsFolder, workingFolder: FilePath
  private let isLikeLesson: Bool

  /// - Parameter members: the whole settings file.
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

  /// The folder at which the path of a key starts, if it is relative.
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

  /// Whether there is nothing at this path; what cannot be inspected counts as there.
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
  /// A message about paths that start at the working folder; nil if none does.
  var startInWords: String? {
    guard !keysFromWorkingFolder.isEmpty else { return nil }
    return """
      \(path): relative paths start at the working folder for \(keysFromWorkingFolder.joined(separator: ", ")), because \
      they do not exist in \(folder)
      """
  }
}
