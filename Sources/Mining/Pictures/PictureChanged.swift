public import SystemPackage

/// A kept picture is no longer the one that was mined.
public struct PictureChanged: Error, CustomStringConvertible {
  public let path: FilePath

  public var description: String {
    "\(path) is another picture than the one that was mined: put that one back, or move it away"
  }
}
