internal import CCodecs

/// The codec that decodes a picture.
package enum Codec: Sendable {
  /// PNG, BMP, WebP, PNM, TIFF and JPEG 2000.
  case openCV
  /// libjpeg, with a check that all rows were there.
  case jpeg
  /// giflib, the first frame.
  case gif
  /// libwebp, the first frame.
  case webPAnimation
  /// libheif: HEIC and AVIF.
  case heif

  var number: Int32 {
    let number =
      switch self {
      case .openCV: ccodecs_opencv
      case .jpeg: ccodecs_jpeg
      case .gif: ccodecs_gif
      case .webPAnimation: ccodecs_webp_animation
      case .heif: ccodecs_heif
      }
    return Int32(number)
  }
}
