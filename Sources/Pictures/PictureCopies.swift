package import Detection
internal import Raster

/// The appearance of a grey picture in 64 bits, which resizing or recompressing hardly changes.
///
/// The picture is shrunk by area to 9×8 pixels. Each bit says whether a pixel is lighter than its right neighbour.
package struct DifferenceHash: Hashable, Sendable {
  package let bits: UInt64

  init(bits: UInt64) { self.bits = bits }

  private static let size = PixelSize(width: 9, height: 8)

  package init(of picture: GrayImage) {
    let small = Raster.resize(picture, to: Self.size)
    bits = (0..<64).reduce(0) { bits, index in
      let left = index / 8 * Self.size.width + index % 8
      return bits << 1 | (small.pixels[left] > small.pixels[left + 1] ? 1 : 0)
    }
  }

  /// The number of bits in which two hashes differ, 0...64.
  package func distance(to other: DifferenceHash) -> Int { (bits ^ other.bits).nonzeroBitCount }
}

/// The appearance of a part of a picture: 32×32 pixels with mean 0 and norm 1, so that brightness and contrast do not
/// count.
package struct Patch: Sendable {
  private let values: [Float]

  private static let size = PixelSize(width: 32, height: 32)

  /// - Precondition: the box is inside the picture and not empty.
  init(of box: Box, in picture: GrayImage) {
    let pixels = Raster.resize(picture, cutTo: box, to: Self.size).pixels.map { Float($0) }
    let mean = pixels.reduce(0, +) / Float(pixels.count)
    let centred = pixels.map { $0 - mean }
    let length = centred.reduce(0) { $0 + $1 * $1 }.squareRoot()
    // A patch of a single colour correlates with nothing.
    values = centred.map { length > 0 ? $0 / length : 0 }
  }

  /// The correlation of two patches, in -1...1.
  func correlation(with other: Patch) -> Float {
    zip(values, other.values).reduce(0) { $0 + $1.0 * $1.1 }
  }
}

extension Box {
  /// The same part of the picture at another size, at least one pixel wide and high.
  func scaled(from size: PixelSize, to other: PixelSize) -> Box {
    func scaled(_ part: Range<Int>, _ old: Int, _ new: Int) -> Range<Int> {
      let start = min(Int((Double(part.lowerBound * new) / Double(old)).rounded()), new - 1)
      let end = Int((Double(part.upperBound * new) / Double(old)).rounded())
      return start..<min(max(end, start + 1), new)
    }
    let across = scaled(x0..<x1, size.width, other.width)
    let down = scaled(y0..<y1, size.height, other.height)
    return Box(
      x0: across.lowerBound, y0: down.lowerBound, x1: across.upperBound, y1: down.upperBound)
  }
}

/// The appearance of an annotated object, and its position in its picture.
package struct ObjectPatch: Sendable {
  private let box: Box
  private let size: PixelSize
  private let patch: Patch

  /// - Precondition: the box is inside the picture and not empty.
  init(of box: Box, in picture: GrayImage) {
    self.box = box
    size = picture.size
    patch = Patch(of: box, in: picture)
  }

  /// Whether another picture, possibly a copy, shows the same at the same position.
  package func isSeen(in picture: GrayImage, _ leastCorrelation: Float) -> Bool {
    let place = box.scaled(from: size, to: picture.size)
    return Patch(of: place, in: picture).correlation(with: patch) >= leastCorrelation
  }
}
