internal import Files
package import SystemPackage

/// Two paths of the settings that conflict.
struct PathConflict: Equatable {
  /// The keys concerned, in table order; nil stands for the settings file itself.
  let first, second: String?
  /// The problem, and the correction.
  let message: String
}

/// All paths of the settings, each with its purpose.
package struct PathCheck: Hashable, Sendable {
  /// A key whose value is a path.
  package struct Entry: Hashable, Sendable {
    package let key: String
    package let path: FilePath
    package let use: PathUse
  }

  /// The settings file.
  let file: FilePath
  /// In table order.
  package let entries: [Entry]

  /// Checks where all paths lead now, because links and mounts can have changed since the settings were read.
  /// - Throws: if a path is inside another that must be separate. The error names both keys.
  package func check() throws(SettingsError) {
    guard let conflict else { return }
    throw SettingsError(
      path: file, key: conflict.second ?? conflict.first, message: conflict.message)
  }

  /// The first two paths that conflict.
  var conflict: PathConflict? {
    let ownPlaces = [
      Place("the settings file's folder", path: file.removingLastComponent(), use: .sharedFolder),
      Place("the settings file", path: file, use: .readOnly),
    ]
    let places =
      ownPlaces + entries.map { Place("\"\($0.key)\"", key: $0.key, path: $0.path, use: $0.use) }
    for (index, second) in places.enumerated() {
      for first in places[..<index] {
        guard let message = first.conflict(with: second) else { continue }
        return PathConflict(first: first.key, second: second.key, message: message)
      }
    }
    return mixedPictures(places)
  }

  /// Pictures of the object that would count as pictures without it, or the other way round.
  private func mixedPictures(_ places: [Place]) -> PathConflict? {
    let (objects, negatives) = ("image_dataset", "image_distractions")
    guard let first = places.first(where: { $0.key == objects }),
      let second = places.first(where: { $0.key == negatives })
    else { return nil }
    // With boxes, pictures in a subfolder that have none are left out of the objects.
    let hasBoxes = places.contains { $0.key == "image_annotations" }
    guard let relation = first.relation(to: second, mayHold: hasBoxes) else { return nil }
    return PathConflict(
      first: objects, second: negatives,
      message: """
        \(relation): pictures of the object would count as pictures without it, or the other way round; put them into separate \
        folders, or, if all pictures show the object and have boxes, leave out "\(negatives)" and set "object_clearance"
        """)
  }
}

extension Settings {
  /// The paths of all keys that the table gives a use.
  var pathCheck: PathCheck {
    PathCheck(
      file: path,
      entries: Self.keys.compactMap { key in
        guard let use = key.pathUse, let path = key.path(in: self) else { return nil }
        return PathCheck.Entry(key: key.name, path: path, use: use)
      })
  }
}

extension Settings {
  /// Folders that misfired.service keeps beside its ledger. misfired@NAME.service keeps its own in a folder called
  /// NAME.
  private static let foldersOfPlainService: Set<FilePath.Component> = [
    "inbox", "mined", "quarantine", "models",
  ]

  /// - Throws: if these are the settings of a misfired@NAME whose folder would be one of misfired.service's.
  func checkInstanceName() throws(SettingsError) {
    guard let name = path.stem.flatMap({ FilePath.Component($0) }),
      Self.foldersOfPlainService.contains(name),
      statePath.removingLastComponent().lastComponent == name,
      folder.appending("misfire.json").exists
    else { return }
    throw SettingsError(
      path: path,
      message: """
        misfired@\(name) would store its files in \(statePath.removingLastComponent()), which is a folder of \
        misfired.service: give these settings, and their folder, another name
        """)
  }
}

/// Where a path of the settings leads now.
private struct Place {
  /// For messages.
  let name: String
  let key: String?
  let path: FilePath
  let use: PathUse
  private let realPath: FilePath
  /// The folder's identity; nil if the path is not a folder.
  private let identity: FolderIdentity?
  /// Its real path, and those of all folders that contain it.
  private let paths: Set<FilePath>
  /// The folders that contain it, and itself if it is a folder.
  private let folders: Set<FolderIdentity>

  init(_ name: String, key: String? = nil, path: FilePath, use: PathUse) {
    self.name = name
    self.key = key
    self.path = path
    self.use = use
    realPath = path.withLinksFollowed
    identity = FolderIdentity(of: realPath)
    var paths: Set<FilePath> = []
    var folders: Set<FolderIdentity> = []
    var folder = realPath
    repeat {
      paths.insert(folder)
      if let identity = FolderIdentity(of: folder) { folders.insert(identity) }
    } while folder.removeLastComponent()
    self.paths = paths
    self.folders = folders
  }

  /// The conflict between these two places, with the correction; nil if there is none.
  func conflict(with other: Place) -> String? {
    if isSame(as: other) {
      guard !use.mayBeOne(with: other.use) else { return nil }
      return "\(sameness(with: other)); they must be different"
    }
    if holds(other), !use.mayHold(other.use) { return Self.conflict(of: other, in: self) }
    if other.holds(self), !other.use.mayHold(use) { return Self.conflict(of: self, in: other) }
    return nil
  }

  /// In words, that one place is the other or is inside it; nil if neither is.
  /// - Parameter mayHold: whether this one may hold the other.
  func relation(to other: Place, mayHold: Bool) -> String? {
    if isSame(as: other) { return sameness(with: other) }
    if other.holds(self) { return inside(other) }
    return holds(other) && !mayHold ? other.inside(self) : nil
  }

  private func sameness(with other: Place) -> String {
    path == other.path
      ? "\(name) and \(other.name) are both \(path)"
      : "\(name), \(path), and \(other.name), \(other.path), are the same folder or file"
  }

  private func inside(_ outer: Place) -> String {
    "\(name), \(place), is inside \(outer.name), \(outer.place)"
  }

  private static func conflict(of inner: Place, in outer: Place) -> String {
    let emptied = [outer, inner].first { $0.use == .emptiedFolder }
    let reason =
      emptied.map { "pictures are moved out of \($0.name)" }
      ?? "pictures are moved into \(outer.use == .filledFolder ? outer.name : inner.name)"
    return "\(inner.inside(outer)); \(reason), so they must be separate"
  }

  /// The path as in the settings, and its real path if that differs.
  private var place: String { path == realPath ? "\(path)" : "\(path) (a link to \(realPath))" }

  private func isSame(as other: Place) -> Bool {
    realPath == other.realPath || identity != nil && identity == other.identity
  }

  private func holds(_ other: Place) -> Bool {
    other.paths.contains(realPath)
      || identity.map(other.folders.contains) ?? false
  }
}
