package import Detection
internal import Durable
internal import HDF5
internal import SystemPackage
internal import Text

/// Compares the ledger, the feature file and the models with one another.
///
/// It only reads. While a daemon mines, it may see a state in between: stop the daemon first, or verify again.
package struct Verification: Sendable {
  package let ledger: Ledger
  package let features: FeatureFile
  package let models: ModelStore

  package init(ledger: Ledger, features: FeatureFile, models: ModelStore) {
    self.ledger = ledger
    self.features = features
    self.models = models
  }

  /// What the settings ask for.
  package var hog: HOGDescriptor { features.hog }

  /// All problems; empty if there are none.
  /// - Throws: `LedgerError` if the ledger cannot be queried.
  package func findings() throws -> [Finding] {
    try ledger.inconsistencies() + featureFindings() + waitingFindings() + modelFindings()
  }

  private func featureFindings() throws -> [Finding] {
    let sealed = try ledger.sealedHardNegatives()
    do {
      if let difference = try features.difference() {
        return [
          Finding(
            path: features.path, problem: difference,
            remedy: .advice(FeatureFileError.adviceForOtherSettings))
        ]
      }
      let summary = try features.summary()
      let imported = try lostFindings(summary) + importedFindings(summary.imported)
      let unfinished = try features.cutOff(ledger, summary).count
      let inFile = summary.hardNegatives - summary.imported
      let leaving = sealed.count { $0.verdict != .kept }
      if leaving > 0, inFile == sealed.count - leaving {
        return [
          Finding(
            path: features.path,
            problem: "the ledger does not know yet that \(leaving) of its rows were removed",
            remedy: .recovery)
        ]
      }
      guard inFile == sealed.count + unfinished else {
        return imported + [
          finding(
            "it has \(inFile) sealed hard negatives, but the ledger has \(sealed.count)")
        ]
      }
      guard try summary.sealedThrough <= ledger.lastTurn() else {
        return imported
          + [finding("it was sealed with another ledger, or with a later state of this one")]
      }
      let rows = try imported + rowFindings(sealed, imported: summary.imported)
      guard unfinished > 0 else { return rows }
      return rows + [
        Finding(
          path: features.path,
          problem: "the ledger does not know yet that \(unfinished) are sealed",
          remedy: .recovery)
      ]
    } catch let error as ForeignFile {
      return [
        Finding(
          path: error.path, problem: "it is not a feature file of Misfire",
          remedy: .advice("move it away, or set another features_path"))
      ]
    } catch let error as HDF5Error where error.code != nil || error.advice != nil {
      let advice = error.advice ?? "check its permissions"
      return [Finding(path: error.path, problem: error.failure, remedy: .advice(advice))]
    } catch  where error is HDF5Error || error is FeatureFileError {
      return [finding("it cannot be read (\(error))")]
    }
  }

  /// Notices that `features` is gone, of which a repair makes nothing again.
  private func lostFindings(_ summary: FeatureFile.Summary) throws -> [Finding] {
    // A detector that came from elsewhere was not trained on any.
    guard summary.rows == nil,
      let last = try ledger.generations().last(where: { $0.positives > 0 })
    else { return [] }
    return [
      Finding(
        path: features.path,
        problem: "it no longer has the features that generation \(last.number) was trained on",
        remedy: .advice("`misfire extract` makes them again"))
    ]
  }

  /// Reads the rows that no repair can make again: `features`, and the hard negatives that came with the file.
  private func importedFindings(_ imported: Int) throws -> [Finding] {
    guard features.path.fileSize != nil else { return [] }
    let file = try HDF5File(reading: features.path)
    let kinds: [(String, Int, labels: Set<Float>, advice: String)] = [
      (FeatureFile.Name.features, Int.max, [-1, 1], "`misfire extract` makes them again"),
      (FeatureFile.Name.hardNegatives, imported, [-1], features.adviceForLostRows),
    ]
    return try kinds.flatMap { name, count, labels, advice in
      guard try count > 0 && file.contains(name) else { return [Finding]() }
      do {
        let rows = try RowTable(name, of: features, in: file, for: 0..<count)
        guard let problem = try rows.problem(in: 0..<min(count, rows.rowCount), labels: labels)
        else { return [] }
        return [Finding(path: file.path, problem: problem, remedy: .advice(advice))]
      } catch let error as FeatureFileError where error.path != file.path {
        return [
          Finding(
            path: error.path, problem: "it cannot be read, but it holds rows of \(name)",
            remedy: .advice(advice))
        ]
      } catch let error as HDF5Error where error.code == nil {
        return [
          Finding(
            path: file.path, problem: error.failure, remedy: .advice(error.advice ?? advice))
        ]
      }
    }
  }

  /// Compares what the file and the ledger say of each sealed hard negative: all at once, or segment by segment.
  private func rowFindings(_ sealed: [HardNegativeRecord], imported: Int) throws -> [Finding] {
    guard !sealed.isEmpty else { return [] }
    guard let layout = try features.layout() else {
      let file = try HDF5File(reading: features.path)
      let rows = try RowTable(FeatureFile.Name.hardNegatives, of: features, in: file)
      let origins = try features.probabilities(in: file, rows: 0..<rows.rowCount)
        .map { RowOrigin(probability: $0) }
      return try features.problem(of: rows, origins, sealed, imported: imported)
        .map { [finding($0)] } ?? []
    }
    return try features.damagedSegments(layout, sealed, imported: imported).map {
      Finding(path: features.path(of: $0.segment), problem: $0.problem, remedy: .rebuilding)
    }
  }

  private func finding(_ problem: String) -> Finding {
    Finding(path: features.path, problem: problem, remedy: .rebuilding)
  }

  /// Checks the hard negatives that are not in the file yet.
  private func waitingFindings() throws -> [Finding] {
    let others = try ledger.hardNegatives(notFor: hog).count
    guard others > 0 else { return [] }
    return [
      Finding(
        path: ledger.path,
        problem:
          "\(others.counted("hard negative")) that \(others == 1 ? "waits in it was" : "wait in it were") made with other settings",
        remedy: .rebuilding)
    ]
  }

  /// The pictures whose pictures a repair needs, and that are not in their place.
  /// - Parameter isRebuilding: whether hard negatives of the feature file are to be made again, too.
  package func missingPictures(isRebuilding: Bool) throws -> [PictureRecord] {
    let waiting = try ledger.hardNegatives(notFor: hog).map(\.picture)
    let sealed =
      try isRebuilding ? features.hardNegativesToRebuild(from: ledger).map(\.picture) : []
    return try ledger.pictures(Set(waiting + sealed)).filter { $0.kept?.fileSize == nil }
  }

  private func modelFindings() throws -> [Finding] {
    var findings: [Finding] = []
    for generation in try ledger.generations().filter({ $0.deleted == nil }).map(\.number) {
      do {
        _ = try models.model(generation, for: hog)
      } catch {
        // One that was trained with earlier settings is sound, for those.
        guard error.cause != .otherSettings else { continue }
        findings.append(
          Finding(
            path: error.path, problem: error.problem,
            remedy: .advice("generation \(generation) can no longer be made live again")))
      }
    }
    if let promoting = try ledger.promoting() {
      findings.append(
        Finding(
          path: models.classifier, problem: "the switch to generation \(promoting) was interrupted",
          remedy: .recovery))
    } else if let recorded = try ledger.live() {
      findings += try liveFindings(recorded)
    }
    return findings
  }

  private func liveFindings(_ recorded: Int) throws -> [Finding] {
    let problem: String
    let isLost: Bool
    do {
      let live = try models.live(for: hog)
      if let live, live.generation == recorded { return [] }
      isLost = live == nil
      problem =
        live.map { model in
          "it is \(model.generation.map { "generation \($0)" } ?? "a model made by hand"), "
        } ?? "it is missing, "
    } catch {
      isLost = error.cause != .otherSettings
      problem = "it cannot be used (\(error.problem)), "
    }
    // Any other usable file there was put there by a person, and is not replaced unasked.
    let isChosenAgain = !isLost && models.isUsable(recorded, for: hog)
    return [
      Finding(
        path: models.classifier,
        problem: problem + "but generation \(recorded) is live in the ledger",
        remedy: .advice(
          isChosenAgain
            ? "`misfire models pin \(recorded)` restores that one"
            : models.adviceToRestore(recorded, for: hog)))
    ]
  }
}
