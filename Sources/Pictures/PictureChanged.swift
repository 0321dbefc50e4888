package import SystemPackage

/// A picture is no longer the one that was mined.
package struct PictureChanged: Error, CustomStringConvertible {
  package let path: FilePath

  package var description: String {
    "\(path) is a different picture from the one that was mined: restore that one, or move this one away"
  }
}
