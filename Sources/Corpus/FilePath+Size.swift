internal import SystemPackage

extension FilePath {
  /// The bytes of the file here; nil where there is none, 0 where we may not look: who opens it is told why.
  var fileSize: Int? {
    do {
      return try Int(stat().size)
    } catch Errno.noSuchFileOrDirectory, Errno.notDirectory {
      return nil
    } catch {
      return 0
    }
  }

  /// The bytes of the file here, and so many more; the largest number where there is none so large.
  func grownSize(by byteCount: Int) -> Int {
    let (sum, isBeyond) = byteCount.addingReportingOverflow(fileSize ?? 0)
    return isBeyond ? .max : sum
  }
}
