internal import SystemPackage

extension FilePath {
  /// The size of the file in bytes; nil if there is none, 0 if it may not be inspected: opening it reports why.
  var fileSize: Int? {
    do {
      return try Int(stat().size)
    } catch Errno.noSuchFileOrDirectory, Errno.notDirectory {
      return nil
    } catch {
      return 0
    }
  }

  /// The size of the file plus this many bytes; the largest integer if that overflows.
  func grownSize(by byteCount: Int) -> Int {
    let (sum, isBeyond) = byteCount.addingReportingOverflow(fileSize ?? 0)
    return isBeyond ? .max : sum
  }
}
