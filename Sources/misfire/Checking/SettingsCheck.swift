internal import Corpus
internal import Detection
internal import Durable
internal import Evaluation
internal import Files
internal import Foundation
internal import Mining
internal import Settings
internal import SystemPackage
internal import Systemd
internal import Text
internal import Training

/// Checks whether a daemon with these settings could work, and changes nothing.
struct SettingsCheck {
  private let path: FilePath
  private let sandbox: UnitSandbox?

  /// - Parameters:
  ///   - path: the settings file.
  ///   - sandbox: of the unit that reads it; nil if none does.
  init(_ path: FilePath, _ sandbox: UnitSandbox?) {
    self.path = path
    self.sandbox = sandbox
  }

  /// The problems, the most basic first.
  func problems() -> [Problem] {
    do {
      let setup = try Setup.load(path)
      let places = placeProblems(setup)
      return places + roomProblems(setup)
        + learningProblems(setup, isReadable: places.isEmpty)
    } catch {
      return [Problem(error)]
    }
  }

  // MARK: Paths

  private func placeProblems(_ setup: Setup) -> [Problem] {
    setup.folders.paths.entries.flatMap { entry -> [Problem] in
      let place = CheckedPlace(entry.path, key: entry.key)
      let problem =
        switch entry.use {
        case .readOnly: place.readingProblem
        case .emptiedFolder, .filledFolder, .ownFolder, .sharedFolder: place.folderProblem
        case .ownFile: place.fileProblem(isReplaced: entry.path != setup.files.ledger)
        }
      return [problem, sandboxProblem(place, isWritten: entry.use != .readOnly)].compactMap(\.self)
    }
  }

  private func sandboxProblem(_ place: CheckedPlace, isWritten: Bool) -> Problem? {
    let real = place.path.withLinksFollowed
    let missing =
      isWritten ? sandbox?.missingToWrite(at: real) : sandbox?.missingToRead(real)
    let unit = sandbox?.unit ?? ""
    return missing.map {
      place.problem(
        "the sandbox of \(unit) does not let it \(isWritten ? "write" : "read") there: "
          + "run `systemctl edit \(unit)`, and below [Service] add \($0)")
    }
  }

  // MARK: Room

  /// What a working service writes in any case: ledger, models, reasons, drafts.
  private static let leastRoom = 64 << 20

  private func roomProblems(_ setup: Setup) -> [Problem] {
    // The file is replaced as a whole, by a draft beside it.
    let sealed = folderEntry(at: setup.files.features)?.byteCount ?? 0
    let wanted = [
      ("features_path", setup.files.features, Self.leastRoom + sealed),
      ("state_path", setup.files.ledger, Self.leastRoom),
      ("models_path", setup.files.models, Self.leastRoom),
      ("hn_mined", setup.folders.mined, Self.leastRoom),
    ]
    return wanted.compactMap { key, path, needed in
      let place = CheckedPlace(path, key: key)
      guard let available = path.nearestThere.availableBytes, available < needed else { return nil }
      return place.problem(
        "its disk has \(available >> 20) MiB free but needs \(needed >> 20) MiB: free some space"
      )
    }
  }

  // MARK: What has been learnt

  /// - Parameter isReadable: whether all places are in order; otherwise the consequences have been reported.
  private func learningProblems(_ setup: Setup, isReadable: Bool) -> [Problem] {
    do {
      let miner = try Miner(setup: setup, isReadOnly: true)
      let rows = isReadable ? rowProblems(miner) : []
      // Which objects are held out depends on the rows.
      let isMeasurable = !rows.contains { $0.severity == .error }
      return modelProblems(miner) + decoderProblems(miner) + rows
        + (isMeasurable ? heldOutProblems(miner) : [])
    } catch {
      return isReadable ? [Problem(error, at: setup.files.ledger)] : []
    }
  }

  private func modelProblems(_ miner: Miner) -> [Problem] {
    let setup = miner.setup
    if let error = miner.unusableModel { return [Problem(error, at: setup.files.liveModel)] }
    guard miner.detector == nil else { return [] }
    return [
      Problem(
        setup.files.liveModel, key: "classifier_path",
        "there is no model, so nothing can be mined: run "
          + "`misfire extract --conf \(setup.path)`, then `misfire train --conf \(setup.path)`"
      )
    ]
  }

  private func rowProblems(_ miner: Miner) -> [Problem] {
    let path = miner.setup.files.features
    do {
      do {
        try miner.featureFile.checkTrainable(with: miner.ledger)
      } catch let error as FeatureFileError where error.cause == .disagreesWithLedger {
        // The service may have sealed between the two readings, but not twice.
        try miner.featureFile.checkTrainable(with: miner.ledger)
      }
      return []
    } catch let error as FeatureFileError where error.cause == .noFeatures {
      // It can mine without, and without a model that is what to do anyway.
      guard miner.detector != nil else { return [] }
      return [Problem(path, severity: .warning, error.problem)]
    } catch {
      return [Problem(error, at: path)]
    }
  }

  private func decoderProblems(_ miner: Miner) -> [Problem] {
    do {
      try miner.prepareDecoder()
      return []
    } catch {
      return [Problem(path, "\(error)")]
    }
  }

  private func heldOutProblems(_ miner: Miner) -> [Problem] {
    let setup = miner.setup
    do {
      let (objects, negatives) = try miner.heldOut().counts
      let least = EvaluationReport.leastHeldOut
      guard min(objects, negatives) < least else { return [] }
      return [
        Problem(
          setup.path, severity: .warning,
          "\(objects.counted("object")) and \(negatives.counted("picture")) without one are held out, but at "
            + "least \(least) of each are needed to compare models, so every new model goes live; hold out more: lower "
            + "percent_gt_images, raise validation_share, or add pictures")
      ]
    } catch let error as SettingsError {
      return [Problem(error)]
    } catch {
      return [Problem(error, at: setup.objects.images.value ?? setup.path)]
    }
  }
}
