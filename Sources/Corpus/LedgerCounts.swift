/// What the ledger holds, counted as it is written: reading it takes the same time however much there is.
public struct LedgerCounts: Hashable, Sendable {
  public var mined = 0
  public var heldOut = 0
  public var quarantined = 0
  /// Pictures that a person took back.
  public var forgotten = 0
  /// Hard negatives that are trained on: `sealed` and `unsealed`.
  public var hardNegatives = 0
  /// Those in the feature file.
  public var sealed = 0
  /// Rows in the feature file that are no hard negatives any more, and leave it with the next seal.
  public var leaving = 0
  /// Those whose features are still in the ledger alone.
  public var unsealed: Int { hardNegatives - sealed }
  /// The bytes of features in the ledger, those set aside included.
  public var unsealedBytes = 0
  /// Hard negatives that wait for a person.
  public var setAside = 0
  /// Windows that a person called objects, and that are trained on as such.
  public var objects = 0
  /// Hard negatives that came after the last training looked.
  public var sinceTraining = 0

  public init() {}
}
