package import Detection
internal import SystemPackage

/// A height and a width in rows and columns.
package struct GridSize: Hashable, Sendable {
  package var rows: Int
  package var columns: Int

  package init(rows: Int, columns: Int) {
    self.rows = rows
    self.columns = columns
  }
}

/// The threshold above which a window of a negative picture is a hard negative.
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

/// The HOG variant of a window.
package enum Descriptor: String, CaseIterable, Sendable {
  case skimage, opencv
}

/// Which mined pictures are kept.
package enum KeptPictures: Hashable, Sendable {
  case all
  /// Those in which the detector misfired.
  case misfired
  /// This many bytes of pictures, or those that arrived within this many days.
  case bytes(Int)
  case days(Int)
}

/// The settings of one detector: the values in its settings file, and defaults for the rest.
///
/// Each property is the key of the same name in Swift spelling; `Settings.sections` has the meaning and valid values
/// of each. Paths are absolute.
struct Settings: Hashable, Sendable {
  /// The settings file, and its folder, where relative paths start.
  let path: FilePath
  let folder: FilePath
  /// The keys whose paths start at the working folder instead (see `PathStart`), in file order.
  var keysFromWorkingFolder: [String] = []

  // Pictures.
  var imageDataset: FilePath?
  var imageAnnotations: FilePath?
  var objectClass: String?
  var imageDistractions: FilePath?
  var percentGTImages = 0.5
  var offset = 5
  var useFlip = true
  var numDistractionImages = 500
  var numDistractionsPerImage = 10
  var validationShare = 0.1
  var objectClearance: Int?
  var maxMegapixels = 100.0

  // Features. `load` refuses a file without a window, so these zeros are never used.
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
  /// Whether the descriptor uses colours.
  var useColor = false

  // Training.
  var c = 0.01
  var classWeight = ClassWeight.none
  var validationTolerance = 0.01
  var randomSeed = 42
  var threads: Int
  var trainingMemory: Int

  // Detecting. `load` derives the first from the mining step.
  var windowStep = 2
  var pyramidScale = 1.1
  var padding = 0
  var upsample = 1.0
  var minProbability = 0.7
  var targetFPPI: Double?
  var overlapThresh = 0.3
  var overlapMeasure = OverlapMeasure.window

  // Mining.
  var hnNumDistractionImages = 50
  var hnWindowStep = 4
  var hnPyramidScale = 1.5
  var hnMinProbability = 0.51
  var hnMinMargin: Double?
  var hnMaxPerImage: Int?
  var hnOverlapThresh: Double?
  var hnReviewPercentile: Double? = 75
  var hnRemine = false
  var hnRetrainThreshold = 200
  var hnMaxRows: Int? = 100_000

  // The service.
  var hnInbox: FilePath
  var hnMined: FilePath
  var hnKeepMined = KeptPictures.all
  var hnQuarantine: FilePath
  var hnQuarantineLimit = 100_000
  var hnValidationShare = 0.0
  var hnSettleSeconds = 2.0

  // What is kept. `load` refuses a file without the first two, and derives the next two from the first.
  var featuresPath = FilePath("")
  var classifierPath = FilePath("")
  var statePath = FilePath("")
  var modelsPath = FilePath("")
  var modelsKeep: Int?
  var logPath: FilePath?
  var reportPath: FilePath?
  var metricsPath: FilePath?

  /// The settings of an empty file.
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
  var hog: HOGDescriptor {
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

  /// The distance between blocks in pixels.
  var stride: GridSize { blockStride ?? pixelsPerCell }

  /// The threshold for hard negatives: `hn_min_margin` if set, otherwise `hn_min_probability`.
  var hardness: Hardness {
    hnMinMargin.map { .margin(above: $0) } ?? .probability(above: hnMinProbability)
  }

  /// The largest value of `max_megapixels`.
  static let largestMegapixels = 1000.0

  /// The value of a key that not every command needs.
  func needed<Value>(_ property: KeyPath<Settings, Value?>) -> Needed<Value> {
    guard let key = Self.keys.first(where: { $0.property as AnyKeyPath == property }) else {
      preconditionFailure("\(property) is no key")
    }
    return Needed(
      self[keyPath: property],
      orElse: SettingsError(
        path: path, key: key.name,
        message: "\"\(key.name)\" is missing (\(key.meaning)); add \"\(key.name)\": \(key.example)")
    )
  }
}
