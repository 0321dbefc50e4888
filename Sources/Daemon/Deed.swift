/// What a failing machine may keep the loop from doing: each fails, is left alone for a while and works again by itself.
///
/// In the order of what it matters to whoever looks at the status.
enum Deed: CaseIterable {
  /// To open what the settings name.
  case begin
  /// To look at the inbox, and to mine what is there.
  case look
  /// To move what was mined into the HDF5 file.
  case seal
  /// To train the next generation.
  case train
  /// To look at kept pictures again.
  case mineAgain
  /// To tell the ledger what was found without being told.
  case record
}
