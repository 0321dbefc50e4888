internal import ArgumentParser
internal import Corpus
internal import Detection
internal import Durable
internal import Evaluation
internal import Mining
internal import OpenCVDetector
internal import Settings
internal import SystemPackage
internal import Text
internal import Training

struct Export: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write a model or the rows as others read them.",
    discussion: """
      opencv: what OpenCV's HOGDescriptor::load reads, for models with "descriptor": "opencv". The vector that \
      setSVMDetector takes ends with the bias, so OpenCV's scores are Misfire's margins. The score that a window must \
      exceed to be a detection, by target_fppi or min_probability, stands beside it as hitThreshold; it goes to detect \
      and detectMultiScale. --fold-threshold takes it off the bias instead, for programs that leave theirs at 0.

      text: lines of names and numbers, for models with "descriptor": "skimage", which contrib/c/misfire.h reads into a C \
      program that needs nothing else.

      hdf5: the rows that detectors are trained on, in one plain file, whatever segments they lie in here.
      """)

  enum Format: String, CaseIterable, ExpressibleByArgument {
    case opencv, text, hdf5
  }

  @OptionGroup var common: CommonOptions

  @Option(
    help: "What is written; for a FILE.hdf5 or FILE.h5 the rows, for others the model for OpenCV.")
  var format: Format?

  @Option(
    help: ArgumentHelp(
      "With the rows: at most so many hard negatives, the most confident.", valueName: "n"))
  var hardNegatives: Int?

  @Option(help: "The generation to write; the live one by default.")
  var generation: Int?

  @Flag(help: "Take the threshold off the bias, so that it is 0.")
  var foldThreshold = false

  @Flag(help: "Replace a file that is there.")
  var overwrite = false

  @Argument(
    help: "The file to write: .hdf5 for the rows; a model as XML in .xml, as YAML in any other.",
    completion: .file())
  var file: String

  /// What is asked for, by name or by the file's.
  private var kind: Format {
    let ending = FilePath(file).extension?.lowercased()
    return format ?? (ending == "hdf5" || ending == "h5" ? .hdf5 : .opencv)
  }

  func validate() throws {
    guard hardNegatives ?? 0 >= 0 else {
      throw ValidationError("--hard-negatives is at least 0")
    }
    if kind == .hdf5, generation != nil || foldThreshold {
      throw ValidationError("--generation and --fold-threshold are for a model, and not for rows")
    }
    if kind != .hdf5, hardNegatives != nil {
      throw ValidationError("--hard-negatives is for rows: name a FILE.hdf5, or say --format hdf5")
    }
  }

  func run() throws {
    let target = FilePath.arguments([file])[0]
    if kind == .hdf5 { return try exportRows(to: target) }
    let ownFile = OwnFile.new("a detector", orElse: "say --overwrite")
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
    "\(settings): this model is for OpenCV's features; write it for OpenCV itself: --format opencv"
  }
}

/// A model whose features OpenCV does not compute.
struct NotForOpenCV: Error, CustomStringConvertible {
  let settings: FilePath

  var description: String {
    """
    \(settings): this model is for skimage's features, which OpenCV does not compute; with \
    "descriptor": "opencv" in the settings, extract and train again
    """
  }
}
