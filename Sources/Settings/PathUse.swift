/// The purpose of a path in the settings. It decides what else can be there, so that Misfire never moves, learns from
/// or overwrites a file that it did not write.
package enum PathUse: Hashable, Sendable {
  /// A folder from which all pictures are moved.
  case emptiedFolder
  /// A folder into which pictures are moved, with nothing else in it.
  case filledFolder
  /// The user's own folder or file, which is only read.
  case readOnly
  /// A file that Misfire writes.
  case ownFile
  /// A folder of files that Misfire writes.
  case ownFolder
  /// A folder that Misfire adds a file to, whatever else it contains.
  case sharedFolder

  /// Whether one path can have both uses.
  func mayBeOne(with other: PathUse) -> Bool {
    switch (self, other) {
    case (.readOnly, .readOnly): true
    case (.sharedFolder, let use), (let use, .sharedFolder):
      [.readOnly, .ownFolder, .sharedFolder].contains(use)
    default: false
    }
  }

  /// Whether a path used as `inner` can be anywhere inside a folder of this use.
  func mayHold(_ inner: PathUse) -> Bool {
    switch (self, inner) {
    // Files in it are moved away and learnt from as pictures without the object.
    case (.emptiedFolder, _): false
    case (.sharedFolder, _): true
    // No one expects their own pictures in a folder that pictures are dropped into.
    case (_, .emptiedFolder): false
    case (.filledFolder, .filledFolder): true
    case (.filledFolder, _): false
    // Moved pictures would be mistaken for the user's own.
    case (.readOnly, .filledFolder): false
    default: true
    }
  }
}
