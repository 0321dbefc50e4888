internal import Detection
internal import Files
internal import SystemPackage

#if canImport(Glibc)
  internal import Glibc
#endif

extension Settings {
  /// 1 MiB, far more than any settings file needs.
  private static let maximumByteCount = 1 << 20

  /// Reads a settings file.
  ///
  /// Keys that only some commands need can be missing; `Needed.get` then throws.
  /// - Throws: an error that names the line and the key and says how to correct it.
  static func load(_ path: FilePath) throws(SettingsError) -> Settings {
    let bytes: [UInt8]
    do {
      bytes = try contents(of: path)
    } catch Errno.fileTooLarge {
      throw SettingsError(path: path, message: "this is not a settings file: it is over 1 MiB long")
    } catch {
      throw SettingsError(
        path: path,
        message: "the settings file cannot be read: \(error); check that it exists and is readable")
    }
    return try parse(bytes, path: path)
  }

  /// Parses the bytes of the settings file at `path`.
  static func parse(_ bytes: [UInt8], path: FilePath) throws(SettingsError) -> Settings {
    let root: JSONNode
    do {
      root = try JSONParser.parse(bytes)
    } catch {
      throw SettingsError(path: path, position: error.position, message: error.message)
    }
    guard case .object(let members) = root.value else {
      throw SettingsError(
        path: path, position: root.position,
        message: "settings must be in braces: { \"key\": value }"
      )
    }
    var reading = SettingsReading(members, path: path)
    return try reading.settings()
  }

  private static func contents(of path: FilePath) throws(Errno) -> [UInt8] {
    do {
      let file = try FileDescriptor.open(path, .readOnly, options: [.closeOnExec])
      return try file.closeAfter { try file.contents(atMost: maximumByteCount) }
    } catch let errno as Errno {
      throw errno
    } catch {
      fatalError("FileDescriptor throws Errno only: \(error)")
    }
  }
}

/// Checks the members of a settings file and turns them into settings.
private struct SettingsReading {
  private let members: [JSONNode.Member]
  private let start: PathStart
  private var result: Settings

  private static let maximumFeatureCount = 10_000_000.0

  init(_ members: [JSONNode.Member], path: FilePath) {
    self.members = members
    let workingFolder = FilePath.working
    result = Settings(path: workingFolder.pushing(path).lexicallyNormalized())
    start = PathStart(members, settingsFolder: result.folder, workingFolder: workingFolder)
  }

  mutating func settings() throws(SettingsError) -> Settings {
    for member in members { try store(member) }
    for key in Settings.keys where key.standard == nil && self.member(key.name) == nil {
      throw failure(
        "\"\(key.name)\" is missing (\(key.meaning)); add \"\(key.name)\": \(key.example)",
        key: key.name)
    }
    deriveDefaults()
    try checkClearance()
    try checkDescriptor()
    try checkWindow()
    try checkPaths()
    try result.checkInstanceName()
    return result
  }

  private mutating func store(_ member: JSONNode.Member) throws(SettingsError) {
    guard let key = Settings.keys.first(where: { $0.name == member.key }) else {
      let names = Settings.keys.map(\.name)
      let meant = member.key.nearest(in: names) ?? member.key.sharingWords(with: names)
      let advice = meant.map { "did you mean \"\($0)\"?" } ?? "docs/settings.md lists all settings"
      throw failure("there is no setting \"\(member.key)\"; \(advice)", at: member)
    }
    let folder = start.folder(of: key, member.node)
    if folder != result.folder { result.keysFromWorkingFolder.append(key.name) }
    guard key.store(member.node, folder, &result) else {
      throw failure(
        "\"\(key.name)\" is \(member.node); it must be \(key.wanted)\(key.hint(about: member.node))",
        at: member)
    }
  }

  private mutating func deriveDefaults() {
    let folder = result.featuresPath.removingLastComponent()
    if member("state_path") == nil { result.statePath = folder.appending("state.sqlite") }
    if member("models_path") == nil { result.modelsPath = folder.appending("models") }
    if member("window_step") == nil { result.windowStep = max(1, result.hnWindowStep / 2) }
    if result.descriptor == .opencv {
      if member("pixels_per_cell") == nil {
        result.pixelsPerCell = GridSize(rows: 8, columns: 8)
      }
      if member("block_norm") == nil { result.blockNorm = .l2Hys }
    }
  }

  /// If whole pictures are the objects, nothing is left around them to cut negatives from.
  private func checkClearance() throws(SettingsError) {
    guard result.objectClearance != nil, result.imageAnnotations == nil else { return }
    throw failure(
      "\"object_clearance\" needs pictures with boxes: without \"image_annotations\" each picture is one object, and"
        + " nothing around it is left; set that, or leave this out", at: member("object_clearance"))
  }

  /// Refuses keys that the chosen descriptor does not have.
  private func checkDescriptor() throws(SettingsError) {
    switch result.descriptor {
    case .skimage:
      let standard = Settings(path: result.path)
      for (name, isStandard) in [
        ("block_stride", result.blockStride == standard.blockStride),
        ("window_sigma", result.windowSigma == standard.windowSigma),
        ("l2hys_threshold", result.l2HysThreshold == standard.l2HysThreshold),
        ("signed_gradients", result.signedGradients == standard.signedGradients),
        ("use_color", result.useColor == standard.useColor),
      ] where !isStandard {
        throw failure(
          "\"\(name)\" needs \"descriptor\": \"opencv\"; set that, or leave this out",
          at: member(name))
      }
    case .opencv:
      guard result.blockNorm == .l2Hys else {
        throw failure(
          "\"block_norm\" is \"\(result.blockNorm.rawValue)\"; OpenCV supports only \"L2-Hys\": leave"
            + " it out", at: member("block_norm"))
      }
    }
  }

  /// OpenCV requires that blocks end at the window's edge, and at least 4 features per block.
  private func checkBlocksOfOpenCV() throws(SettingsError) {
    let (window, cell, block) = (result.windowDim, result.pixelsPerCell, result.cellsPerBlock)
    let stride = result.stride
    let rest = (
      rows: (window.height - cell.rows * block.rows) % stride.rows,
      columns: (window.width - cell.columns * block.columns) % stride.columns
    )
    guard rest == (0, 0) else {
      throw failure(
        "\"window_dim\" is [\(window.width), \(window.height)]: blocks of"
          + " \(cell.columns * block.columns)×\(cell.rows * block.rows) pixels, \(stride.columns) and"
          + " \(stride.rows) apart, must end where the window ends, as OpenCV requires; use, for example,"
          + " [\(window.width - rest.columns), \(window.height - rest.rows)]",
        at: member("window_dim"))
    }
    guard block.rows * block.columns * result.orientations >= 4 && result.orientations < 256 else {
      throw failure(
        "\"orientations\" is \(result.orientations): OpenCV allows at most 255, and the cells of a"
          + " block together need at least 4", at: member("orientations"))
    }
  }

  /// A window must contain at least one block, and its features must fit in memory.
  private func checkWindow() throws(SettingsError) {
    let (window, cell, block) = (result.windowDim, result.pixelsPerCell, result.cellsPerBlock)
    let (cellsDown, cellsAcross) = (window.height / cell.rows, window.width / cell.columns)
    guard cellsDown >= block.rows && cellsAcross >= block.columns else {
      throw failure(
        "\"window_dim\" is [\(window.width), \(window.height)]: its \(cellsDown)×\(cellsAcross) cells do"
          + " not hold a block of \(block.rows)×\(block.columns); enlarge it, or lower"
          + " \"pixels_per_cell\" or \"cells_per_block\"",
        at: member("window_dim"))
    }
    if result.descriptor == .opencv { try checkBlocksOfOpenCV() }
    let stride = result.stride
    let blocks =
      ((window.height - block.rows * cell.rows) / stride.rows + 1)
      * ((window.width - block.columns * cell.columns) / stride.columns + 1)
    // In floating point, because the product can overflow an `Int`.
    let features = [blocks, block.rows, block.columns, result.orientations]
      .reduce(1.0) { $0 * Double($1) }
    guard features <= Self.maximumFeatureCount else {
      throw failure(
        "these settings give \(features.short) features per window, more than \(Self.maximumFeatureCount.short);"
          + " lower \"window_dim\", \"cells_per_block\" or \"orientations\"",
        at: member("window_dim"))
    }
  }

  private func checkPaths() throws(SettingsError) {
    guard let conflict = result.pathCheck.conflict else { return }
    let named = [conflict.second, conflict.first].compactMap { $0.flatMap(member) }
    throw failure(conflict.message, at: named.first, key: conflict.second ?? conflict.first)
  }

  private func member(_ name: String) -> JSONNode.Member? { members.first { $0.key == name } }

  private func failure(
    _ message: String, at member: JSONNode.Member? = nil, key: String? = nil
  ) -> SettingsError {
    SettingsError(
      path: result.path, position: member?.position, key: member?.key ?? key, message: message)
  }
}
