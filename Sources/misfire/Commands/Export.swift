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
    abstract: "Write a model as others read it.",
    discussion: """
      opencv: what OpenCV's HOGDescriptor::load reads, for models with "descriptor": "opencv". The vector that \
      setSVMDetector takes ends with the bias, so OpenCV's scores are Misfire's margins. The score that a window must \
      exceed to be a detection, by target_fppi or min_probability, stands beside it as hitThreshold; it goes to detect \
      and detectMultiScale. --fold-threshold takes it off the bias instead, for programs that leave theirs at 0.

      text: lines of names and numbers, for models with "descriptor": "skimage", which contrib/c/misfire.h reads into a C \
      program that needs nothing else.
      """)

  enum Format: String, CaseIterable, ExpressibleByArgument {
    case opencv, text
  }

  @OptionGroup var common: CommonOptions

  @Option(help: "How it is written.")
  var format = Format.opencv

  @Option(help: "The generation to write; the live one by default.")
  var generation: Int?

  @Flag(help: "Take the threshold off the bias, so that it is 0.")
  var foldThreshold = false

  @Flag(help: "Replace a file that is there.")
  var overwrite = false

  @Argument(
    help: "The file to write; for OpenCV .xml is XML, and any other YAML.", completion: .file())
  var file: String

  func run() throws {
    let target = FilePath.arguments([file])[0]
    let kind = OwnFile.new("a detector", orElse: "say --overwrite")
    if !overwrite { try kind.require(at: target) }
    let miner = try common.lookingMiner()
    let settings = miner.settings
    let (model, works) = try miner.detector(of: generation)
    switch (format, model.hog.definition) {
    case (.opencv, .skimage): throw NotForOpenCV(settings: settings.path)
    case (.text, .openCV): throw NotForText(settings: settings.path)
    case (.opencv, .openCV), (.text, .skimage): break
    }
    let folded = foldThreshold ? works.margin : 0
    let hitThreshold = foldThreshold ? 0 : works.margin
    let written = LinearSVM(
      hog: model.hog, weights: model.weights, bias: model.bias - folded, sigmoid: model.sigmoid)
    let contents =
      switch format {
      case .text: Array(ModelText(written, threshold: hitThreshold).description.utf8)
      case .opencv:
        try OpenCVDetectorFile(
          written,
          OpenCVDetectorFile.Search(
            threshold: hitThreshold, step: settings.windowStep,
            pyramidScale: settings.pyramidScale, padding: settings.padding),
          as: target.extension?.lowercased() == "xml" ? .xml : .yaml
        ).text
      }
    try Durable.write(contents, to: target, as: overwrite ? .anything : kind)
    let threshold = format == .opencv ? "hitThreshold" : "threshold"
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
