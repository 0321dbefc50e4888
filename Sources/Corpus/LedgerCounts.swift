/// The counts of the ledger's contents, maintained as it is written: reading them takes the same time however much there
/// is.
package struct LedgerCounts: Hashable, Sendable {
  package var mined = 0
  package var heldOut = 0
  package var quarantined = 0
  /// Pictures that a person forgot.
  package var forgotten = 0
  /// Pictures whose files were deleted, as the settings asked; also counted above.
  package var deleted = 0
  /// Hard negatives that are trained on: `sealed` and `unsealed`.
  package var hardNegatives = 0
  /// Those in the feature file.
  package var sealed = 0
  /// Rows in the feature file that are no longer hard negatives, and leave it with the next seal.
  package var leaving = 0
  /// Those whose features are still only in the ledger.
  package var unsealed: Int { hardNegatives - sealed }
  /// The bytes of features in the ledger, also of windows that no seal puts into the file.
  package var unsealedBytes = 0
  /// Hard negatives that wait for a person.
  package var setAside = 0
  /// Windows that a person called objects, and that are trained on as such.
  package var objects = 0
  /// Windows that were hard negatives until they were retired from the feature file.
  package var retired = 0
  /// Hard negatives found since the last training began.
  package var sinceTraining = 0

  package init() {}
}
