internal import COpenCV
package import Detection

extension ColorImage {
  /// Blends a heat map over a grey picture, coloured with the Inferno map: 0 is black, 255 pale yellow.
  /// - Parameters:
  ///   - heat: a value for each pixel of `picture`, row by row; where it is nil, the picture is only darkened.
  ///   - opacity: the share of the heat map in each pixel, in 0...1; the rest is the picture.
  /// - Precondition: `heat` has one value for each pixel of `picture`.
  package init(_ heat: [UInt8?], over picture: GrayImage, opacity: Double = 0.6) {
    precondition(heat.count == picture.pixels.count, "\(heat.count) values over \(picture.size)")
    let map = Self.inferno
    let pixels = unsafe [UInt8](unsafeUninitializedCapacity: 3 * heat.count) { target, count in
      for index in heat.indices {
        let grey = (1 - opacity) * Double(picture.pixels[index])
        for channel in 0..<3 {
          let color = heat[index].map { opacity * Double(map[3 * Int($0) + channel]) } ?? 0
          unsafe target[3 * index + channel] = UInt8((grey + color).rounded())
        }
      }
      count = 3 * heat.count
    }
    self.init(width: picture.width, height: picture.height, pixels: pixels)
  }

  /// Interleaved blue, green and red for each of the 256 values.
  private static let inferno: [UInt8] = {
    let values = (0...255).map { UInt8($0) }
    return unsafe [UInt8](unsafeUninitializedCapacity: 3 * values.count) { colors, count in
      unsafe Raster.mustSucceed { error in
        unsafe copencv_color_map(values, Int64(values.count), colors.baseAddress!, error)
      }
      count = 3 * values.count
    }
  }()
}
