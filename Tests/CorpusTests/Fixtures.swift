import Corpus
import Detection
import Digest
import SystemPackage

/// A digest that stands for the content of the picture `name`.
func digest(_ name: String) -> SHA256Digest {
  SHA256Digest(of: Array(name.utf8))
}

/// A picture of this name with one hard negative per probability, each at another position, whose features all equal
/// the probability.
func picture(
  _ name: String, probabilities: [Double] = [], hog: HOGDescriptor = tinyHOG, generation: Int? = 1
) -> AcknowledgedPicture {
  AcknowledgedPicture(
    sha256: digest(name), name: FilePath.Component(name)!, generation: generation, windows: 100,
    hardNegatives: probabilities.enumerated().map { index, probability in
      HardNegative(
        box: Box(x0: index, y0: 0, x1: index + 8, y1: 8), layer: 0, margin: probability - 0.5,
        probability: probability)
    },
    features: probabilities.flatMap { [Float](repeating: Float($0), count: hog.featureCount) },
    hog: hog)
}

/// HOG settings that make three features.
let tinyHOG = hog(orientations: 3, cell: 8)

/// HOG settings that give 36 features.
let smallHOG = hog(orientations: 9)

/// Small HOG settings with some values of the caller's.
func hog(
  orientations: Int = 9, cell: Int = 4, blockNorm: HOGDescriptor.BlockNorm = .l1
) -> HOGDescriptor {
  HOGDescriptor(
    window: PixelSize(width: 8, height: 8), orientations: orientations, cellRows: cell,
    cellColumns: cell, blockRows: 8 / cell, blockColumns: 8 / cell, squareRoot: true,
    blockNorm: blockNorm)
}

/// A model whose weights depend on `seed`, with two golden rows.
func model(_ generation: Int?, seed: Int = 1, hog: HOGDescriptor = smallHOG) -> ModelFile {
  let count = hog.featureCount
  let svm = LinearSVM(
    hog: hog, weights: (0..<count).map { Float(($0 * seed) % 7 - 3) / 8 },
    bias: 0.25 * Double(seed), sigmoid: Sigmoid(a: -2, b: 0.5))
  return ModelFile(
    svm: svm, generation: generation, metrics: #"{"missRate": 0.25}"#,
    goldenFeatures: (0..<(2 * count)).map { Float($0 % 5) / 16 })
}

/// A training run with this number.
func training(_ number: Int, isAccepted: Bool = true) -> GenerationRecord {
  GenerationRecord(
    number: number, positives: 10, negatives: 20, hardNegatives: 5, availableHardNegatives: 5,
    objective: 1.5, isAccepted: isAccepted, reason: isAccepted ? "better" : "worse")
}

extension FeatureFile {
  /// Changes one decision about windows.
  func decide(
    _ decision: Decision, _ windows: [HardNegativeRecord.ID], described: [DescribedWindow] = [],
    in ledger: Ledger
  ) throws -> [HardNegativeRecord.ID] {
    try deciding(in: ledger) { try $0(decision, windows, described) }
  }
}
