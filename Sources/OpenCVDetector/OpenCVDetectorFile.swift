internal import COpenCVDetector
package import Detection

/// A model in the format that `HOGDescriptor::load` reads, with the settings that Misfire searches pictures with.
package struct OpenCVDetectorFile {
  package enum Format: Sendable {
    case yaml, xml
  }

  /// How to search pictures.
  package struct Search: Sendable {
    /// The margin that a window must exceed: OpenCV's `hitThreshold`.
    package let threshold: Double
    package let step: Int
    package let pyramidScale: Double
    package let padding: Int

    package init(threshold: Double, step: Int, pyramidScale: Double, padding: Int) {
      self.threshold = threshold
      self.step = step
      self.pyramidScale = pyramidScale
      self.padding = padding
    }
  }

  package let text: [UInt8]

  /// - Precondition: the model uses OpenCV's features.
  package init(_ model: LinearSVM, _ search: Search, as format: Format) throws(OpenCVDetector
    .Unusable)
  {
    let hog = model.hog
    guard case .openCV(let parameters) = hog.definition else {
      preconditionFailure("OpenCV does not compute \(hog)")
    }
    var described = copencv_hog(
      window: (Int32(hog.window.width), Int32(hog.window.height)),
      block: (Int32(hog.blockPixelColumns), Int32(hog.blockPixelRows)),
      stride: (Int32(hog.strideColumns), Int32(hog.strideRows)),
      cell: (Int32(hog.cellColumns), Int32(hog.cellRows)), bins: Int32(hog.orientations),
      window_sigma: parameters.windowSigma ?? -1, clip: parameters.clip,
      gamma_correction: hog.squareRoot ? 1 : 0, signed_gradients: parameters.isSigned ? 1 : 0,
      derivative_aperture: 1, norm: 0)
    var searched = copencv_search(
      hit_threshold: search.threshold, window_step: Int32(search.step),
      pyramid_scale: search.pyramidScale, padding: Int32(search.padding))
    let weights = model.weights + [Float(model.bias)]
    guard weights.allSatisfy(\.isFinite) else {
      throw OpenCVDetector.Unusable(
        description: "its bias, \(model.bias), is not a number that OpenCV can add")
    }
    var error = copencv_error()
    var text: [UInt8] = []
    let code = unsafe withUnsafeMutablePointer(to: &text) { text in
      unsafe copencv_write_detector(
        &described, weights, Int64(weights.count), &searched, format == .xml ? 1 : 0, text,
        { context, bytes, count in
          let bytes = unsafe UnsafeRawBufferPointer(start: bytes, count: Int(count))
          unsafe context!.assumingMemoryBound(to: [UInt8].self).pointee = [UInt8](bytes)
        }, &error)
    }
    guard code == 0 else { throw OpenCVDetector.Unusable(description: error.words) }
    self.text = text
  }
}
