package import SystemPackage

/// A kept picture is no longer the one that was mined.
package struct PictureChanged: Error, CustomStringConvertible {
  package let path: FilePath

  package var description: String {
    "\(path) is another picture than the one that was mined: put that one back, or move it away"
  }
}
