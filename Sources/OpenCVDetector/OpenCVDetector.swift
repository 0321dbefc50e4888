internal import COpenCVDetector
package import Detection

/// A detector as OpenCV's `HOGDescriptor` stores it: the descriptor, its weights and its bias.
package struct OpenCVDetector: Sendable {
  package let hog: HOGDescriptor
  /// One for each feature.
  package let weights: [Float]
  package let bias: Double

  /// A file that is not such a detector, or one that Misfire cannot use; the description says why, without a subject.
  package struct Unusable: Error, CustomStringConvertible {
    package let description: String
  }

  /// OpenCV's own pedestrian detector: `HOGDescriptor::getDefaultPeopleDetector`.
  package static func people() throws(Unusable) -> OpenCVDetector {
    try unsafe OpenCVDetector { detector, error in
      unsafe copencv_people_detector(detector, error)
    }
  }

  /// Reads the output of `HOGDescriptor::save`: YAML, XML or JSON.
  package init(_ bytes: [UInt8]) throws(Unusable) {
    guard !bytes.isEmpty else { throw Unusable(description: "it is empty") }
    try unsafe self.init { detector, error in
      unsafe bytes.withUnsafeBytes { bytes in
        unsafe copencv_read_detector(
          bytes.assumingMemoryBound(to: CChar.self).baseAddress!, Int64(bytes.count), detector,
          error)
      }
    }
  }

  private init(
    _ read: (
      UnsafeMutablePointer<OpaquePointer?>, UnsafeMutablePointer<copencv_error>
    ) -> Int32
  ) throws(Unusable) {
    var error = copencv_error()
    var handle: OpaquePointer?
    let code = unsafe read(&handle, &error)
    guard let handle = unsafe handle else {
      throw Unusable(
        description: code == copencv_no_detector
          ? "it contains no HOGDescriptor with an SVM" : "OpenCV says: \(error.words)")
    }
    defer { unsafe copencv_free_detector(handle) }
    var count: Int64 = 0
    let first = unsafe copencv_detector_weights(handle, &count)
    let values = unsafe [Float](UnsafeBufferPointer(start: first, count: Int(count)))
    hog = try unsafe HOGDescriptor(copencv_detector_hog(handle))
    guard values.count == hog.featureCount + 1 || values.count == hog.featureCount,
      values.allSatisfy(\.isFinite)
    else {
      throw Unusable(
        description: "its \(values.count) weights are not numbers, one for each of its"
          + " \(hog.featureCount) features and a bias")
    }
    weights = Array(values.prefix(hog.featureCount))
    bias = values.count > hog.featureCount ? Double(values[hog.featureCount]) : 0
  }
}

extension HOGDescriptor {
  /// - Throws: if the descriptor needs something that Misfire does not compute.
  fileprivate init(_ hog: copencv_hog) throws(OpenCVDetector.Unusable) {
    let sides = [
      hog.window.0, hog.window.1, hog.block.0, hog.block.1, hog.stride.0, hog.stride.1,
      hog.cell.0, hog.cell.1,
    ]
    guard sides.allSatisfy({ (1...16384).contains($0) }), (1...255).contains(hog.bins),
      hog.block.0 % hog.cell.0 == 0, hog.block.1 % hog.cell.1 == 0, hog.window.0 >= hog.block.0,
      hog.window.1 >= hog.block.1, (hog.window.0 - hog.block.0) % hog.stride.0 == 0,
      (hog.window.1 - hog.block.1) % hog.stride.1 == 0, hog.window_sigma > 0, hog.clip > 0
    else {
      throw OpenCVDetector.Unusable(description: "its sizes do not match: \(sides)")
    }
    guard hog.norm == 0 else {
      throw OpenCVDetector.Unusable(
        description: "its histogramNormType is \(hog.norm), but only 0 (L2Hys) is supported")
    }
    // OpenCV stores the sigma that it derives from the block.
    let usualSigma = Double(hog.block.0 + hog.block.1) / 8
    self.init(
      window: PixelSize(width: Int(hog.window.0), height: Int(hog.window.1)),
      orientations: Int(hog.bins), cellRows: Int(hog.cell.1), cellColumns: Int(hog.cell.0),
      blockRows: Int(hog.block.1 / hog.cell.1), blockColumns: Int(hog.block.0 / hog.cell.0),
      squareRoot: hog.gamma_correction != 0,
      definition: .openCV(
        OpenCVParameters(
          strideRows: Int(hog.stride.1), strideColumns: Int(hog.stride.0),
          windowSigma: abs(hog.window_sigma - usualSigma) < 1e-9 ? nil : hog.window_sigma,
          clip: hog.clip, isSigned: hog.signed_gradients != 0)))
  }
}

extension copencv_error {
  /// The library's message.
  var words: String {
    unsafe withUnsafeBytes(of: message) { bytes in
      unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
  }
}
