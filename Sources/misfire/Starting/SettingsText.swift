internal import Detection
internal import Files
internal import Mining
internal import Pictures
internal import Settings
internal import SystemPackage
internal import Text

/// The settings that `misfire init` writes.
struct SettingsText {
  private let folders: PictureFolders
  private let target: FilePath
  private let targetFPPI: Double

  /// - Parameter target: the settings file, an absolute path.
  init(_ folders: PictureFolders, writtenTo target: FilePath, targetFPPI: Double) {
    self.folders = folders
    self.target = target
    self.targetFPPI = targetFPPI
  }

  /// Settings with which the pictures can be read, before a window is known.
  var toRead: [UInt8] {
    get throws { Array("{ \(try pictures) \(try kept) \"window_dim\": [64, 64] }".utf8) }
  }

  func whole(_ survey: DataSurvey, class name: String?, _ proposal: WindowProposal) throws
    -> String
  {
    let heldOut = HeldOutShares(survey)
    let chosen =
      survey.classes.count > 1
      ? try name.map { "\n  \"object_class\": \(try jsonLine($0))," } ?? "" : ""
    let window = proposal.window
    return """
      {
        // Written by `misfire init`; conf/misfire.json in the sources and misfire.json(5) explain every key.
        // Relative paths start at the folder of this file.

        // Pictures of the object, their boxes, and pictures without the object.
        \(try pictures)\(chosen)

        // \(keptInWords)
        \(try kept)

        // The window has the shape of the average box, about 80×80 pixels, or less if the objects are smaller,
        // plus `offset` pixels around each box.
        "window_dim": [\(window.width), \(window.height)],
        // OpenCV's features: about as accurate as skimage's with the same cells, faster to scan, and the detector runs in OpenCV
        // unchanged.
        "descriptor": "opencv",
        "pixels_per_cell": [\(proposal.cell), \(proposal.cell)],
        "offset": \(proposal.offset),
        // Above 1, pictures are also scanned enlarged, to find objects smaller than the window.
        "upsample": \(proposal.upsample),

        // Held-out pictures measure each new detector before it goes live: at least 10 objects and 10 pictures.
        "percent_gt_images": \(heldOut.drawnShare),
        "validation_share": \(heldOut.scenesShare),
        // The false positives per image that you accept; each training chooses the threshold for it.
        "target_fppi": \(targetFPPI),

        // Hard negatives are windows above margin -1: false alarms and near misses. Of each picture at most 20 are kept, and of
        // those that overlap by more than half, only the most confident.
        "hn_min_margin": -1,
        "hn_max_per_image": 20,
        "hn_overlap_thresh": 0.5
      }

      """
  }

  private var pictures: String {
    get throws {
      let lines = try [
        ("image_dataset", folders.objects), ("image_annotations", folders.annotations),
        ("image_distractions", folders.scenes),
      ].compactMap { key, path in try path.map { "\"\(key)\": \(try jsonLine(written($0)))" } }
      return lines.joined(separator: ",\n  ") + ","
    }
  }

  /// A file of another name is for a further detector, which shares nothing with those beside it.
  private var isForFirst: Bool { target.lastComponent?.string == SettingsFile.names[0] }

  private var keptInWords: String {
    isForFirst
      ? "What is learnt is stored here. The service watches the folder inbox beside this file."
      : "What is learnt is stored here, apart from what other detectors learn. The service watches hn_inbox."
  }

  private var kept: String {
    get throws {
      let folder = isForFirst ? "output" : "output-\(target.stem ?? "")"
      let files = [("features_path", "features.hdf5"), ("classifier_path", "model.hdf5")]
      let folders = [
        ("hn_inbox", "inbox"), ("hn_mined", "mined"), ("hn_quarantine", "quarantine"),
      ]
      return try (isForFirst ? files : files + folders).map { key, name in
        "\"\(key)\": \(try jsonLine("\(folder)/\(name)")),"
      }.joined(separator: "\n  ")
    }
  }

  /// Relative to the settings file's folder if the path is in it, so that both can be moved together.
  private func written(_ path: FilePath) -> String {
    var path = path.absolute
    let folder = target.removingLastComponent()
    guard path != folder else { return "." }
    _ = path.removePrefix(folder)
    return path.string
  }
}

/// How much to hold out so that new detectors can be judged.
private struct HeldOutShares {
  /// `percent_gt_images`: the share of the pictures of the object used for training.
  let drawnShare: Double
  /// `validation_share`
  let scenesShare: Double

  init(_ survey: DataSurvey) {
    // More than 10 of each, because chance decides which are held out.
    drawnShare = survey.pictures >= 45 ? 0.7 : 0.5
    let wanted = survey.scenes.isEmpty ? 0.1 : 15 / Double(survey.scenes.count)
    scenesShare = (min(0.5, max(0.1, wanted)) * 100).rounded(.up) / 100
  }
}
