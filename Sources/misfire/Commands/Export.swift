internal import ArgumentParser
internal import Corpus
internal import Detection
internal import Durable
internal import Evaluation
internal import Files
internal import Mining
internal import OpenCVDetector
internal import Settings
internal import SystemPackage
internal import Text
internal import Training

struct Export: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write a model or the rows in a format that other programs read.",
    discussion: """
      opencv: what OpenCV's HOGDescriptor::load reads, for models with "descriptor": "opencv". The vector that \
      setSVMDetector takes ends with the bias, so OpenCV's scores are Misfire's margins. The file also holds, as \
      hitThreshold, the score that a window must exceed to be a detection, by target_fppi or min_probability; pass it to \
      detect and detectMultiScale. --fold-threshold subtracts it from the bias instead, for programs that leave theirs at 0.

      text: lines of names and numbers, for models with "descriptor": "skimage". contrib/c/misfire.h reads them in a C \
      program and needs nothing else.

      hdf5: the rows that detectors are trained on, in one plain file, even if they are stored in segments.
      """)

  enum Format: String, CaseIterable, ExpressibleByArgument {
    case opencv, text, hdf5
  }

  @OptionGroup var common: CommonOptions

  @Option(
    help:
      "The format; by default hdf5 (rows) for a FILE.hdf5 or FILE.h5, text for a FILE.txt, otherwise opencv."
  )
  var format: Format?

  @Option(
    help: ArgumentHelp(
      "For rows: write at most this many hard negatives, the most confident.", valueName: "n"))
  var hardNegatives: Int?

  @Option(help: "The generation to write; the live one by default.")
  var generation: Int?

  @Flag(help: "Subtract the threshold from the bias, so that the threshold is 0.")
  var foldThreshold = false

  @Flag(help: "Replace an existing file.")
  var overwrite = false

  @Argument(
    help:
      "The file to write: .hdf5 for rows, .txt for a model as text; for OpenCV it is XML in a .xml file, otherwise YAML.",
    completion: .file())
  var file: String

  /// The format that was asked for, or that the file's extension implies.
  private var kind: Format {
    if let format { return format }
    switch FilePath(file).extension?.lowercased() {
    case "hdf5", "h5": return .hdf5
    case "txt": return .text
    default: return .opencv
    }
  }

  func validate() throws {
    guard hardNegatives ?? 0 >= 0 else {
      throw ValidationError("--hard-negatives must be at least 0")
    }
    if kind == .hdf5, generation != nil || foldThreshold {
      throw ValidationError("--generation and --fold-threshold are for models, not for rows")
    }
    if kind != .hdf5, hardNegatives != nil {
      throw ValidationError("--hard-negatives is for rows: name a FILE.hdf5, or add --format hdf5")
    }
  }

  func run() throws {
    let target = FilePath.arguments([file])[0]
    if kind == .hdf5 { return try exportRows(to: target) }
    let ownFile = OwnFile.new(orElse: "use --overwrite")
    if !overwrite { try ownFile.require(at: target) }
    let miner = try common.readOnlyMiner()
    let setup = miner.setup
    let (model, works) = try miner.detector(of: generation)
    let isText = kind == .text
    switch (isText, model.hog.definition) {
    case (false, .skimage): throw NotForOpenCV(settings: setup.path)
    case (true, .openCV): throw NotForText(settings: setup.path)
    case (false, .openCV), (true, .skimage): break
    }
    let folded = foldThreshold ? works.margin : 0
    let hitThreshold = foldThreshold ? 0 : works.margin
    let written = LinearSVM(
      hog: model.hog, weights: model.weights, bias: model.bias - folded, sigmoid: model.sigmoid)
    let contents =
      if isText {
        Array(ModelText(written, threshold: hitThreshold).description.utf8)
      } else {
        try OpenCVDetectorFile(
          written,
          OpenCVDetectorFile.Search(
            threshold: hitThreshold, step: setup.detection.windowStep,
            pyramidScale: setup.detection.pyramidScale, padding: setup.detection.padding),
          as: target.extension?.lowercased() == "xml" ? .xml : .yaml
        ).text
      }
    try Durable.write(contents, to: target, as: overwrite ? .anything : ownFile)
    let threshold = isText ? "threshold" : "hitThreshold"
    note(
      "wrote \(target): \(model.weights.count.counted("weight")) and the bias, \(threshold) \(hitThreshold)"
    )
  }
}

/// A model whose features contrib/c/misfire.h does not compute.
private struct NotForText: Error, CustomStringConvertible {
  let settings: FilePath

  var description: String {
    """
    \(settings): this model uses OpenCV's features, which contrib/c/misfire.h does not compute; export it for OpenCV, to a \
    FILE.yml or with --format opencv
    """
  }
}

/// A model whose features OpenCV does not compute.
struct NotForOpenCV: Error, CustomStringConvertible {
  let settings: FilePath

  var description: String {
    """
    \(settings): this model uses skimage's features, which OpenCV does not compute; export it as text, to a FILE.txt or with \
    --format text, or set "descriptor": "opencv" in the settings, then extract and train again
    """
  }
}
