/// The purpose of a path in the settings. It decides what else may be there, so that no file that Misfire did not write is
/// moved, learnt from or overwritten.
package enum PathUse: Hashable, Sendable {
  /// A folder from which all pictures are moved.
  case emptiedFolder
  /// A folder into which pictures are moved, and that has nothing else in it.
  case filledFolder
  /// A folder or file that belongs to somebody, and is only read.
  case readOnly
  /// A file that Misfire writes.
  case ownFile
  /// A folder of files that Misfire writes.
  case ownFolder
  /// A folder that Misfire adds a file to, whatever else is in it.
  case sharedFolder

  /// Whether one path may have both uses.
  func mayBeOne(with other: PathUse) -> Bool {
    switch (self, other) {
    case (.readOnly, .readOnly): true
    case (.sharedFolder, let use), (let use, .sharedFolder):
      [.readOnly, .ownFolder, .sharedFolder].contains(use)
    default: false
    }
  }

  /// Whether a path used as `inner` may be somewhere in a folder of this use.
  func mayHold(_ inner: PathUse) -> Bool {
    switch (self, inner) {
    // Files in it are moved away, and learnt from as pictures without the object.
    case (.emptiedFolder, _): false
    case (.sharedFolder, _): true
    // Nobody looks for their own pictures where pictures are dropped.
    case (_, .emptiedFolder): false
    case (.filledFolder, .filledFolder): true
    case (.filledFolder, _): false
    // Moved pictures would be mistaken for those already there.
    case (.readOnly, .filledFolder): false
    default: true
    }
  }
}
