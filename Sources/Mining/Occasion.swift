/// How a picture came to be mined.
enum Occasion {
  /// Somebody dropped it into the inbox: known content is skipped, a share may be held out, and it may show the object
  /// after all.
  case droppedIn
  /// The same for a picture elsewhere, which stays there.
  case listed
  /// It was mined earlier: it may still show the object.
  case keptAfterDrop
  /// A person chose it, and vouches for it.
  case chosen
  /// The same, and it is a cut-out that some detector took for the object.
  case chosenAsNegative

  var isChosen: Bool { self == .chosen || self == .chosenAsNegative }
  /// Whether it is new, and nobody vouches for it.
  var isNew: Bool { self == .droppedIn || self == .listed }
  /// Whether a picture that cannot be used goes to quarantine; others stay where they are.
  var isQuarantining: Bool { self == .droppedIn }
  /// Whether links are followed: in the inbox they may be anybody's.
  var followsLinks: Bool { isChosen || self == .listed }
}
