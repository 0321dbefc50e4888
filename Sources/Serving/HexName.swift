internal import SystemPackage

extension FilePath {
  /// Its bytes in hexadecimal digits: links and forms cannot contain a name that is not UTF-8. The value that comes back is
  /// only compared with the names of existing files, so that it leads nowhere else.
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
