/// What a path of the settings is for. It decides what else may lie there, so that no file that Misfire did not write is
/// moved, learnt from or overwritten.
package enum PathUse: Hashable, Sendable {
  /// A folder that all pictures are moved out of.
  case emptiedFolder
  /// A folder that pictures are moved into, and that holds nothing else.
  case filledFolder
  /// A folder or file of somebody's, which is only read.
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

  /// Whether what is used as `inner` may lie somewhere in a folder of this use.
  func mayHold(_ inner: PathUse) -> Bool {
    switch (self, inner) {
    // What lies in it is moved away, and learnt from as pictures without the object.
    case (.emptiedFolder, _): false
    case (.sharedFolder, _): true
    // Where pictures are dropped nobody else looks for his.
    case (_, .emptiedFolder): false
    case (.filledFolder, .filledFolder): true
    case (.filledFolder, _): false
    // The pictures that are moved would be taken for those that are there.
    case (.readOnly, .filledFolder): false
    default: true
    }
  }
}
