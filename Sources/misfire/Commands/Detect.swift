internal import Annotations
internal import ArgumentParser
internal import Detecting
internal import Detection
internal import Durable
internal import Evaluation
internal import Files
internal import Foundation
internal import Mining
internal import Pictures
internal import Settings
internal import SystemPackage
internal import Text

struct Detect: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Find the objects in pictures.",
    discussion: """
      Scans each picture with window_step and pyramid_scale and keeps the windows above the model's \
      operating point (with target_fppi in the settings) or above min_probability. Of windows that \
      overlap by more than overlap_thresh it keeps the most confident. In a folder, files that are \
      not pictures are skipped with a message.
      """)

  @OptionGroup var common: CommonOptions

  @Argument(
    help: "The pictures to scan, or folders of pictures.", completion: .file())
  var pictures: [String] = []

  @Flag(name: .shortAndLong, help: "Also scan the pictures in subfolders.")
  var recursive = false

  @Option(
    help: ArgumentHelp(
      "Then wait for pictures to arrive in this folder, until SIGINT or SIGTERM.",
      discussion: "A picture has arrived once its writer has closed it, or when it is moved in.",
      valueName: "folder"),
    completion: .directory)
  var watch: String?

  @Option(
    help: ArgumentHelp("Use this model instead of the live one.", valueName: "file"),
    completion: .file(extensions: ["hdf5"]))
  var model: String?

  @Option(help: ArgumentHelp("Keep windows above this probability instead.", valueName: "p"))
  var minProbability: Double?

  // Margins below 0 are usual; what follows is never another option.
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Keep windows above this margin instead.", valueName: "margin"))
  var minMargin: Double?

  @Flag(
    help: ArgumentHelp(
      "Print one line of JSON per picture.",
      discussion: #"{"image", "detections": [{"probability", "margin", "box": [x0,y0,x1,y1]}]}"#))
  var json = false

  @Flag(
    help: ArgumentHelp(
      "Print one line of CSV per object, after a header line.",
      discussion: """
        image,class,probability,margin,x0,y0,x1,y1; the class is object_class, or "object".
        """))
  var csv = false

  @Flag(
    help: ArgumentHelp(
      "Print COCO results as one JSON array.",
      discussion: """
        [{"image_id", "category_id", "bbox": [x,y,width,height], "score", "file_name", "category_name"}]; the score \
        is the probability. Without --coco-ids, pictures are numbered from 1 in their order, and the category is 1.
        """))
  var coco = false

  @Option(
    help: ArgumentHelp(
      "Take the ids for --coco from this COCO file, which must list all the pictures.",
      valueName: "file"),
    completion: .file(extensions: ["json"]))
  var cocoIds: String?

  @Option(
    help: ArgumentHelp(
      "Draw the boxes.",
      discussion: """
        A picture file (.png or .jpg) for one picture, otherwise a folder, where each drawing keeps its picture's path \
        relative to the folder that was named. Existing files are not replaced.
        """,
      valueName: "out"),
    completion: .file())
  var draw: String?

  @Option(
    help: ArgumentHelp(
      "Draw the best margin at each place.",
      discussion: """
        A file or a folder, as for --draw. Over the grey picture it shows the best margin of all windows centred at \
        each place: from black for -1 and below, over purple and orange, to pale yellow for 1 and above.
        """,
      valueName: "out"),
    completion: .file())
  var heatmap: String?

  @Flag(help: "Let --draw and --heatmap replace existing files, even the pictures themselves.")
  var overwrite = false

  @Flag(
    help: ArgumentHelp(
      "Set the exit status as grep does.",
      discussion: "0: an object was found; 1: none was found; 2: something failed."))
  var exitCode = false

  func validate() throws {
    guard !pictures.isEmpty || watch != nil else {
      throw ValidationError("name pictures, or folders of pictures")
    }
    guard minProbability == nil || minMargin == nil else {
      throw ValidationError("give --min-probability or --min-margin, not both")
    }
    guard minProbability.map({ (0...1).contains($0) }) ?? true else {
      throw ValidationError("--min-probability must be a number from 0 to 1")
    }
    guard minMargin?.isFinite ?? true else {
      throw ValidationError("--min-margin must be a number")
    }
    guard [json, csv, coco].count(where: \.self) <= 1 else {
      throw ValidationError("give only one of --json, --csv and --coco")
    }
    guard coco || cocoIds == nil else { throw ValidationError("--coco-ids needs --coco") }
    guard !coco || watch == nil else {
      throw ValidationError(
        "--coco prints one array, which --watch would never end: use --json or --csv")
    }
    guard draw == nil || draw != heatmap else {
      throw ValidationError("--draw and --heatmap would write the same files: give two places")
    }
  }

  func run() throws {
    do {
      let looking = try looked()
      try flushOutput()
      guard !looking.hasFailed else { throw ExitCode(exitCode ? 2 : 1) }
      guard looking.hasFound || !exitCode else { throw ExitCode(1) }
    } catch  where exitCode && isFailure(error) {
      note("Error: \(error)")
      throw ExitCode(2)
    }
  }

  /// Whether this is neither an intended exit status, nor wrong usage or settings, which have their own.
  private func isFailure(_ error: any Error) -> Bool {
    !(error is ExitCode || error is ValidationError || error is SettingsError)
  }

  private func looked() throws -> Looking {
    let setup = try common.setup()
    let finder = try ObjectFinder(
      setup, model: model.map { FilePath.arguments([$0])[0] }, above: request)
    if request == nil, let target = setup.threshold.targetFPPI,
      finder.threshold.source != .targetFPPI
    {
      note(
        """
        misfire: \(model ?? "the live model") has no threshold for target_fppi \(target), so min_probability \
        \(setup.threshold.minProbability) applies\(model == nil ? "; `misfire train` chooses a threshold" : "")
        """)
    }
    let drawings = try draw.map { try place($0, "--draw") }
    let heat = try heatmap.map { try place($0, "--heatmap") }
    var arrivals = try watch.map { try watched(FilePath.argument($0), [drawings, heat]) }
    let named = try namedPictures([drawings, heat].compactMap(\.self))
    for place in [drawings, heat] { try place?.require(named, isOverwriting: overwrite) }
    let className = setup.objects.className ?? "object"
    let form = try form(of: named, className: className)
    var looking = Looking(
      finder, DetectionPrinter(form, className: className), drawings: drawings, heat: heat,
      isOverwriting: overwrite)
    let bar = ProgressBar()
    for (index, picture) in named.enumerated() {
      try looking.look(at: picture)
      bar.show(TaskProgress(task: "pictures scanned", done: index + 1, total: named.count))
    }
    bar.finish()
    while let come = try arrivals?.next() {
      for picture in come { try looking.look(at: NamedPicture(picture)) }
    }
    looking.finish()
    return looking
  }

  /// nil: as the settings and the model say.
  private var request: Threshold.Request? {
    minMargin.map { .margin(above: $0) } ?? minProbability.map { .probability(above: $0) }
  }

  private func place(_ text: String, _ option: String) throws -> DrawingPlace {
    let isOne =
      pictures.count == 1 && watch == nil
      && FolderIdentity(of: FilePath.argument(pictures[0])) == nil
    return try DrawingPlace(text, option: option, isForOnePicture: isOne)
  }

  /// - Parameter places: of drawings, which would count as arrivals.
  private func watched(_ folder: FilePath, _ places: [DrawingPlace?]) throws -> Arrivals {
    for case let place? in places
    where FolderIdentity(of: place.folder) == FolderIdentity(of: folder) {
      throw ValidationError("drawings in \(folder) would be scanned in turn: draw elsewhere")
    }
    return try Arrivals(in: folder)
  }

  /// - Parameter places: of drawings; what an earlier run drew into a folder below a named one is skipped.
  private func namedPictures(_ places: [DrawingPlace]) throws -> [NamedPicture] {
    let leftOut = LeftOut()
    let named = try FilePath.arguments(pictures).flatMap { argument in
      let drawn = places.map(\.folder.withLinksFollowed).filter { folder in
        folder != argument.withLinksFollowed && folder.starts(with: argument.withLinksFollowed)
      }
      return try NamedPicture.list(argument, isRecursive: recursive, leftOut).filter { picture in
        !drawn.contains { picture.path.withLinksFollowed.starts(with: $0) }
      }
    }
    for sentence in leftOut.sentences { note("misfire: \(sentence)") }
    return named
  }

  private func form(of named: [NamedPicture], className: String) throws
    -> DetectionPrinter.Form
  {
    if json { return .json }
    if csv { return .csv }
    guard coco else { return .text }
    guard let cocoIds else { return .coco(COCOIdentifiers(pictures: nil, category: 1)) }
    let file = FilePath.argument(cocoIds)
    let numbers = try COCONumbers(file, of: named.map(\.path))
    guard
      let category = numbers.categories[className]
        ?? (numbers.categories.count == 1 ? numbers.categories.first?.value : nil)
    else {
      throw AnnotationError(
        file,
        "it has no category “\(className)”, only \(numbers.categories.keys.sorted()); correct object_class"
      )
    }
    return .coco(COCOIdentifiers(pictures: numbers.pictures, category: category))
  }
}

/// Scans one picture after another.
private struct Looking {
  private let finder: ObjectFinder
  private var printer: DetectionPrinter
  private let drawings, heat: DrawingPlace?
  private let isOverwriting: Bool
  private var count = 0
  private(set) var hasFound = false
  private(set) var hasFailed = false

  init(
    _ finder: ObjectFinder, _ printer: DetectionPrinter, drawings: DrawingPlace?,
    heat: DrawingPlace?, isOverwriting: Bool
  ) {
    self.finder = finder
    self.printer = printer
    self.drawings = drawings
    self.heat = heat
    self.isOverwriting = isOverwriting
  }

  /// Prints and draws what is in a picture; one that cannot be used is reported and skipped.
  mutating func look(at picture: NamedPicture) throws {
    defer { count += 1 }
    do {
      let found = try finder.objects(in: picture.path)
      hasFound = hasFound || !found.isEmpty
      try printer.show(found, in: picture.path, at: count)
      // Whoever reads a pipe gets each line at once.
      try flushOutput()
      if let target = drawings?.path(for: picture) {
        try finder.draw(found, in: picture.path, to: target, isOverwriting: isOverwriting)
      }
      if let target = heat?.path(for: picture) {
        try finder.drawHeat(of: picture.path, to: target, isOverwriting: isOverwriting)
      }
    } catch  where error is PictureRefused || error is PictureUnreadable || error is ForeignFile {
      hasFailed = true
      note("misfire: \(error)")
    }
  }

  func finish() { printer.finish() }
}
