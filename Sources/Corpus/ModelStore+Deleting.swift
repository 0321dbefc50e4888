internal import Durable

extension ModelStore {
  /// Deletes the models of generations except for the last ones, the live one, the one that is pinned or going live, and
  /// some others; and finishes what a crash interrupted. A file that is not a model of its generation stays.
  /// - Parameters:
  ///   - count: how many of the last generations keep theirs.
  ///   - others: these also keep theirs.
  /// - Returns: how many were deleted.
  package func deleteModels(keeping count: Int, and others: Set<Int>, in ledger: Ledger) throws
    -> Int
  {
    // No process goes back to one of them meanwhile.
    try changing(in: ledger) {
      let generations = try ledger.generations()
      let chosen = try [ledger.live(), ledger.pinned(), ledger.promoting()].compactMap(\.self)
      let kept = others.union(chosen).union(generations.suffix(count).map(\.number))
      let leaving = generations.filter { !kept.contains($0.number) }
      let own = leaving.map(\.number).filter(isOwnModel)
      let new = leaving.filter { $0.deleted == nil }.map(\.number).filter {
        own.contains($0) || path(of: $0).fileSize == nil
      }
      guard !own.isEmpty || !new.isEmpty else { return 0 }
      try ledger.beginDeletingModels(new)
      FaultPoint.reach(.deletingRecorded)
      if !own.isEmpty { try Durable.remove(own.map(path(of:))) }
      FaultPoint.reach(.modelsDeleted)
      return own.count
    }
  }

  /// Whether there is a file for this generation, and it is its model, for whatever settings.
  private func isOwnModel(_ generation: Int) -> Bool {
    ModelFile.generation(of: path(of: generation)) == generation
  }
}
