/// What the ledger holds, counted as it is written: reading it takes the same time however much there is.
package struct LedgerCounts: Hashable, Sendable {
  package var mined = 0
  package var heldOut = 0
  package var quarantined = 0
  /// Pictures that a person took back.
  package var forgotten = 0
  /// Pictures whose files were deleted, as the settings asked for; they are counted above, too.
  package var deleted = 0
  /// Hard negatives that are trained on: `sealed` and `unsealed`.
  package var hardNegatives = 0
  /// Those in the feature file.
  package var sealed = 0
  /// Rows in the feature file that are no hard negatives any more, and leave it with the next seal.
  package var leaving = 0
  /// Those whose features are still in the ledger alone.
  package var unsealed: Int { hardNegatives - sealed }
  /// The bytes of features in the ledger, those set aside included.
  package var unsealedBytes = 0
  /// Hard negatives that wait for a person.
  package var setAside = 0
  /// Windows that a person called objects, and that are trained on as such.
  package var objects = 0
  /// Windows that were hard negatives until the feature file had no room for what no longer mattered.
  package var retired = 0
  /// Hard negatives that came after the last training looked.
  package var sinceTraining = 0

  package init() {}
}
