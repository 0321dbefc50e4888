package import Detection
package import SystemPackage

/// A height and a width counted in rows and columns.
package struct GridSize: Hashable, Sendable {
  package var rows: Int
  package var columns: Int

  package init(rows: Int, columns: Int) {
    self.rows = rows
    self.columns = columns
  }
}

/// What makes a window of a negative picture a hard negative.
package enum Hardness: Hashable, Sendable {
  /// Its probability exceeds this, in 0...1.
  case probability(above: Double)
  /// Its margin exceeds this.
  case margin(above: Double)

  /// The margin that a window must exceed, given the model's calibration.
  package func minimumMargin(calibratedBy sigmoid: Sigmoid) -> Double {
    switch self {
    case .probability(let bound): sigmoid.margin(at: bound)
    case .margin(let bound): bound
    }
  }
}

/// Whose HOG describes a window.
package enum Descriptor: String, CaseIterable, Sendable {
  case skimage, opencv
}

/// The settings of one detector: what its settings file says, and the defaults of what it leaves out.
///
/// Each property is the key of the same name, in Swift's spelling; `Settings.sections` holds what each means and takes.
/// Paths are absolute.
package struct Settings: Hashable, Sendable {
  /// The settings file, and the folder it is in: where relative paths start.
  package let path: FilePath
  package let folder: FilePath
  /// The keys whose paths start at the working folder instead, as `PathStart` says, in the order of the file.
  package internal(set) var keysFromWorkingFolder: [String] = []

  // Pictures.
  package internal(set) var imageDataset: FilePath?
  package internal(set) var imageAnnotations: FilePath?
  package internal(set) var objectClass: String?
  package internal(set) var imageDistractions: FilePath?
  package internal(set) var percentGTImages = 0.5
  package internal(set) var offset = 5
  package internal(set) var useFlip = true
  package internal(set) var numDistractionImages = 500
  package internal(set) var numDistractionsPerImage = 10
  package internal(set) var validationShare = 0.1
  package internal(set) var objectClearance: Int?
  package internal(set) var maxMegapixels = 100.0

  // Features. `load` refuses a file without a window, so that zero is never seen.
  var windowDim = PixelSize(width: 0, height: 0)
  var descriptor = Descriptor.skimage
  var orientations = 9
  var pixelsPerCell = GridSize(rows: 4, columns: 4)
  var cellsPerBlock = GridSize(rows: 2, columns: 2)
  var normalize = true
  var blockNorm = HOGDescriptor.BlockNorm.l1
  var blockStride: GridSize?
  var windowSigma: Double?
  var l2HysThreshold = 0.2
  var signedGradients = false
  /// Whether the descriptor looks at colours.
  package internal(set) var useColor = false

  // Training.
  package internal(set) var c = 0.01
  package internal(set) var classWeight = ClassWeight.none
  package internal(set) var validationTolerance = 0.01
  package internal(set) var randomSeed = 42
  package internal(set) var threads: Int
  package internal(set) var trainingMemory: Int

  // Detecting. `load` derives the first from the step of mining.
  package internal(set) var windowStep = 2
  package internal(set) var pyramidScale = 1.1
  package internal(set) var padding = 0
  package internal(set) var upsample = 1.0
  package internal(set) var minProbability = 0.7
  package internal(set) var targetFPPI: Double?
  package internal(set) var overlapThresh = 0.3
  package internal(set) var overlapMeasure = OverlapMeasure.window

  // Mining.
  package internal(set) var hnNumDistractionImages = 50
  package internal(set) var hnWindowStep = 4
  package internal(set) var hnPyramidScale = 1.5
  var hnMinProbability = 0.51
  var hnMinMargin: Double?
  package internal(set) var hnMaxPerImage: Int?
  package internal(set) var hnOverlapThresh: Double?
  package internal(set) var hnReviewPercentile: Double? = 75
  package internal(set) var hnRemine = false
  package internal(set) var hnRetrainThreshold = 200

  // The service.
  package internal(set) var hnInbox: FilePath
  package internal(set) var hnMined: FilePath
  package internal(set) var hnQuarantine: FilePath
  package internal(set) var hnQuarantineLimit = 100_000
  package internal(set) var hnValidationShare = 0.0
  package internal(set) var hnSettleSeconds = 2.0

  // What is kept. `load` refuses a file without the first two, and derives the next two from the first.
  package internal(set) var featuresPath = FilePath("")
  package internal(set) var classifierPath = FilePath("")
  package internal(set) var statePath = FilePath("")
  package internal(set) var modelsPath = FilePath("")
  package internal(set) var logPath: FilePath?
  package internal(set) var reportPath: FilePath?
  package internal(set) var metricsPath: FilePath?

  /// What a file without any key would say.
  init(path: FilePath) {
    self.path = path
    folder = path.removingLastComponent()
    hnInbox = folder.appending("inbox")
    hnMined = folder.appending("mined")
    hnQuarantine = folder.appending("quarantine")
    let machine = Machine.own
    threads = machine.processors
    trainingMemory = machine.memory / 2
  }
}

extension Settings {
  /// How a window becomes features.
  package var hog: HOGDescriptor {
    HOGDescriptor(
      window: windowDim, orientations: orientations, cellRows: pixelsPerCell.rows,
      cellColumns: pixelsPerCell.columns, blockRows: cellsPerBlock.rows,
      blockColumns: cellsPerBlock.columns, squareRoot: normalize, definition: definition)
  }

  private var definition: HOGDescriptor.Definition {
    switch descriptor {
    case .skimage: .skimage(blockNorm)
    case .opencv:
      .openCV(
        OpenCVParameters(
          strideRows: stride.rows, strideColumns: stride.columns, windowSigma: windowSigma,
          clip: l2HysThreshold, isSigned: signedGradients, usesColor: useColor))
    }
  }

  /// How far blocks are apart in pixels.
  var stride: GridSize { blockStride ?? pixelsPerCell }

  /// What counts as hard: `hn_min_margin` where it is set, otherwise `hn_min_probability`.
  package var hardness: Hardness {
    hnMinMargin.map { .margin(above: $0) } ?? .probability(above: hnMinProbability)
  }

  /// The most pixels a picture may have.
  package var maximumPixels: Int { Int(maxMegapixels * 1e6) }

  /// The most that `max_megapixels` may allow.
  package static let largestMaximumPixels = Int(largestMegapixels * 1e6)
  static let largestMegapixels = 1000.0

  /// The value of a key that not every command needs.
  /// - Throws: an error that names the key, where the file does not have it.
  package func require<Value>(_ property: KeyPath<Settings, Value?>) throws(SettingsError) -> Value
  {
    if let value = self[keyPath: property] { return value }
    guard let key = Self.keys.first(where: { $0.property as AnyKeyPath == property }) else {
      preconditionFailure("\(property) is no key")
    }
    throw SettingsError(
      path: path, key: key.name,
      message: "\"\(key.name)\" is missing (\(key.meaning)); add \"\(key.name)\": \(key.example)")
  }
}
