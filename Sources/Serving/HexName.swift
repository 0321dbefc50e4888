internal import SystemPackage

extension FilePath {
  /// The path's bytes in hexadecimal: links and forms cannot carry a name that is not UTF-8. The value that a browser
  /// sends back is only compared with the names of existing files, so it cannot lead anywhere else.
  var hex: String {
    unsafe withPlatformString { pointer in
      var text = ""
      var byte = unsafe pointer
      while unsafe byte.pointee != 0 {
        let digits = String(UInt8(bitPattern: unsafe byte.pointee), radix: 16)
        text += digits.count == 1 ? "0" + digits : digits
        unsafe byte += 1
      }
      return text
    }
  }
}
