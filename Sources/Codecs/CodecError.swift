internal import CCodecs

/// Why a codec could not decode or encode a picture.
package enum CodecError: Error, Hashable, Sendable {
  case outOfMemory
  /// This many rows of the picture are missing, or only coarse.
  case cutShort(missingRows: Int)
  /// The library lacks the codec.
  case noCodec
  /// Any other failure, with the library's message; empty if it gave none.
  case failed(String)

  init(code: Int32, _ error: copencv_error, missingRows: Int32 = 0) {
    self =
      switch Int(code) {
      case Int(copencv_out_of_memory): .outOfMemory
      case Int(ccodecs_cut_short): .cutShort(missingRows: Int(missingRows))
      case Int(ccodecs_no_codec): .noCodec
      default:
        .failed(
          unsafe withUnsafeBytes(of: error.message) { bytes in
            unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
          })
      }
  }
}
