internal import ArgumentParser
internal import Detecting
internal import Detection
internal import Evaluation
internal import Pictures
internal import Settings
internal import SystemPackage
internal import Text

struct Detect: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Find the objects in pictures.",
    discussion: """
      Scans each picture with window_step and pyramid_scale, keeps windows above the model's \
      operating point (with target_fppi in the settings) or above min_probability, and of those \
      that overlap by more than overlap_thresh the most confident.
      """)

  @OptionGroup var common: CommonOptions

  @Argument(help: "The pictures to look at.", completion: .file())
  var pictures: [String]

  @Option(help: ArgumentHelp("Keep windows above this probability instead.", valueName: "p"))
  var minProbability: Double?

  @Option(help: ArgumentHelp("Keep windows above this margin instead.", valueName: "margin"))
  var minMargin: Double?

  @Flag(
    help: ArgumentHelp(
      "Print one line of JSON a picture.",
      discussion: #"{"image", "detections": [{"probability", "margin", "box": [x0,y0,x1,y1]}]}"#))
  var json = false

  @Option(
    help: ArgumentHelp(
      "Draw the boxes.",
      discussion:
        "A picture's file (.png or .jpg) for one picture, else a folder. A file that is there stays as it is.",
      valueName: "out"),
    completion: .file())
  var draw: String?

  @Flag(help: "Let --draw replace files that are there, the pictures themselves too.")
  var overwrite = false

  func validate() throws {
    guard minProbability == nil || minMargin == nil else {
      throw ValidationError("give --min-probability or --min-margin, not both")
    }
    guard minProbability.map({ (0...1).contains($0) }) ?? true else {
      throw ValidationError("--min-probability is a number from 0 to 1")
    }
    guard minMargin?.isFinite ?? true else {
      throw ValidationError("--min-margin is a number")
    }
  }

  /// nil: as the settings and the model say.
  private var request: Threshold.Request? {
    minMargin.map { .margin(above: $0) } ?? minProbability.map { .probability(above: $0) }
  }

  func run() throws {
    let settings = try common.settings()
    let finder = try ObjectFinder(settings: settings, above: request)
    if request == nil, let target = settings.targetFPPI, finder.threshold.source != .targetFPPI {
      note(
        """
        misfire: the live model has no threshold for target_fppi \(target), so min_probability \
        \(settings.minProbability) holds: `misfire train` chooses one
        """)
    }
    let paths = FilePath.arguments(pictures)
    try requireDifferentNames(paths)
    let bar = ProgressBar()
    var failures = 0
    for (index, picture) in paths.enumerated() {
      do {
        try look(at: picture, with: finder)
      } catch  where error is PictureRefused || error is PictureUnreadable {
        failures += 1
        note("misfire: \(error)")
      }
      bar.show(TaskProgress(task: "pictures looked at", done: index + 1, total: pictures.count))
    }
    bar.finish()
    guard failures == 0 else { throw ExitCode.failure }
  }

  private func look(at picture: FilePath, with finder: ObjectFinder) throws {
    let found = try finder.objects(in: picture)
    try show(found, in: picture.string)
    guard let draw else { return }
    let target = FilePath(draw)
    try finder.draw(
      found, in: picture,
      to: pictures.count == 1 ? target : target.appending(picture.lastComponent!),
      isOverwriting: overwrite)
  }

  /// Of two pictures of the same name the second would be drawn over the first.
  private func requireDifferentNames(_ paths: [FilePath]) throws {
    guard let draw, paths.count > 1 else { return }
    let same = Dictionary(grouping: paths, by: \.lastComponent).values.filter { $0.count > 1 }
    guard let first = same.map({ $0.prefix(2) }).min(by: { $0[0].string < $1[0].string }) else {
      return
    }
    throw ValidationError(
      "\(first[0]) and \(first[1]) would both be drawn as \(FilePath(draw).appending(first[0].lastComponent!)): "
        + "draw them into different folders")
  }

  private func show(_ found: [FoundObject], in picture: String) throws {
    guard !json else {
      return try printJSON(Line(image: picture, detections: found.map(Line.Detection.init)))
    }
    print("\(picture): \(found.count.counted("object"))")
    for object in found {
      let probability = object.probability.fixed(digits: 3)
      print("  \(probability)  \(object.box.corners)")
    }
  }

  private struct Line: Encodable {
    struct Detection: Encodable {
      let probability, margin: Double
      let box: [Int]

      init(_ object: FoundObject) {
        probability = object.probability
        margin = object.margin
        box = object.box.corners
      }
    }

    let image: String
    let detections: [Detection]
  }
}
