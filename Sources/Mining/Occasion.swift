/// How a picture came to be mined.
enum Occasion {
  /// Somebody dropped it into the inbox: what is known is passed over, a share may be held out,
  /// and it may show the object after all.
  case droppedIn
  /// The same of a picture that lies elsewhere, and stays there.
  case listed
  /// It was kept after that: it may still show the object.
  case keptAfterDrop
  /// Somebody chose it, and answers for it.
  case chosen
  /// The same, and it is a cut-out that some detector took for the object.
  case chosenAsNegative

  var isChosen: Bool { self == .chosen || self == .chosenAsNegative }
  /// Whether it is new, and nobody answers for it.
  var isNew: Bool { self == .droppedIn || self == .listed }
  /// Whether a link stands for what it leads to: in the inbox it may be anybody's.
  var followsLinks: Bool { isChosen || self == .listed }
}
