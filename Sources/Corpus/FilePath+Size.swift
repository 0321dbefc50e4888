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

  /// The bytes of the file here, and so many more; the largest number where there is none so large.
  func grownSize(by byteCount: Int) -> Int {
    let (sum, isBeyond) = byteCount.addingReportingOverflow(fileSize ?? 0)
    return isBeyond ? .max : sum
  }
}
