internal import COpenCV

/// Why a codec did not do what it was asked to.
public struct CodecError: Error, Hashable, Sendable {
  public let isOutOfMemory: Bool
  /// The library's own words; empty where it had none.
  public let words: String

  init(code: Int32, _ error: copencv_error) {
    isOutOfMemory = code == Int32(copencv_out_of_memory)
    words = unsafe withUnsafeBytes(of: error.message) { bytes in
      unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
  }
}
