import Corpus
import Detection
import Digest
import SystemPackage

/// A digest that stands for the content of the picture `name`.
func digest(_ name: String) -> SHA256Digest {
  SHA256Digest(of: Array(name.utf8))
}

/// A picture of that name with one hard negative for each of `probabilities`, in different places,
/// whose features all equal the probability.
func picture(
  _ name: String, probabilities: [Double] = [], featureCount: Int = 3, generation: Int? = 1
) -> AcknowledgedPicture {
  AcknowledgedPicture(
    sha256: digest(name), name: FilePath.Component(name)!, generation: generation, windows: 100,
    hardNegatives: probabilities.enumerated().map { index, probability in
      HardNegative(
        box: Box(x0: index, y0: 0, x1: index + 8, y1: 8), layer: 0, margin: probability - 0.5,
        probability: probability)
    },
    features: probabilities.flatMap { [Float](repeating: Float($0), count: featureCount) })
}
