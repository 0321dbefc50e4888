internal import SystemPackage

extension FilePath {
  /// The bytes of the file here; nil where there is none.
  var fileSize: Int? {
    do {
      return try Int(stat().size)
    } catch {
      return nil
    }
  }
}
