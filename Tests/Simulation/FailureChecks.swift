import Inotify
import Scheduling
import Settings

/// Checks the messages about failures: each failure is reported once while it lasts, and its end once.
///
/// This restates the rule independently of how the scheduler implements it.
struct FailureChecks {
  enum Word: Equatable {
    case failing(Activity)
    case worksAgain(Activity, count: Int)
  }

  private var said: [Activity: Set<Failure.Identity>] = [:]
  private var counts: [Activity: Int] = [:]

  /// The messages due after an event.
  /// - Parameters:
  ///   - isTelling: whether the settings in force include a report, metrics and mining again.
  ///   - hasModel: whether there is a model to mine with.
  mutating func due(
    after event: Event, isStarting: Bool, isStopping: Bool, isTraining: Bool, isTelling: Bool,
    hasModel: Bool
  )
    -> [Word]
  {
    switch event {
    case .opened(.failure(let failure)):
      let isFinal = failure.cause == .wrongSettings
      return isStarting && !isFinal ? add(failure) : []
    case .opened(.success(let opening)):
      if isStarting { return end(.start) }
      if isStopping { return [] }
      // What the new settings do not ask for cannot fail; everything else is tried again.
      return (isTelling ? [] : end(.report) + end(.metrics) + end(.remine))
        + (opening.hasModel ? end(.adopt) : end(.list) + end(.mine) + end(.remine) + end(.train))
        + endTraining(opening.counts, isTraining)
    case .inboxNews(let news):
      switch news.watch {
      case .refused(let refusal):
        return add(Failure(.watch, .limit, refusal.folder, words: ""))
      case .watched: return end(.watch)
      case .missing, nil: return []
      }
    case .mined(let batch):
      let words = endTraining(batch.counts, isTraining)
      return words + (batch.failure.map { add($0) } ?? end(.mine))
    case .listed(let result):
      let listed = try? result.get()
      return take(result, .list) + endTraining(listed?.counts, isTraining)
        + (listed?.queue.isIdle == true ? end(.mine) : [])
    case .remined(let result): return take(result, .remine)
    case .sealed(.success(.busy)): return []
    case .sealed(let result): return take(result, .seal)
    case .adopted(let result): return take(result, .adopt)
    case .recorded(let result): return take(result, .record)
    case .intakeRecorded(let result): return take(result, .record)
    case .metricsWritten(let result): return take(result, .metrics)
    case .trained(.success): return end(.train)
    case .trained(.failure(let failure)), .slowDecoded(_, .failure(let failure)):
      // Without a model, nothing tries it again.
      return hasModel ? add(failure) : []
    case .cleanedUp(.success(.busy)): return []
    case .cleanedUp(let result): return take(result, .cleanUp)
    case .reportWritten(let result): return isTelling ? take(result, .report) : []
    case .launched, .woke, .modelFolderChanged, .reloadRequested, .stopRequested,
      .sealNeeded, .slowDecoded(_, .success), .pictureScanned, .sealProgressed:
      return []
    }
  }

  /// Ends the failure of a training that is no longer needed.
  private mutating func endTraining(_ counts: WorkCounts?, _ isTraining: Bool) -> [Word] {
    counts?.isTrainingDue == false && !isTraining ? end(.train) : []
  }

  private mutating func take<Value>(_ result: Result<Value, Failure>, _ activity: Activity)
    -> [Word]
  {
    switch result {
    case .success: end(activity)
    case .failure(let failure): add(failure)
    }
  }

  private mutating func add(_ failure: Failure) -> [Word] {
    counts[failure.activity, default: 0] += 1
    if said.values.contains(where: { $0.contains(failure.identity) }) { return [] }
    said[failure.activity, default: []].insert(failure.identity)
    return [.failing(failure.activity)]
  }

  private mutating func end(_ activity: Activity) -> [Word] {
    guard let count = counts.removeValue(forKey: activity) else { return [] }
    return said.removeValue(forKey: activity) == nil ? [] : [.worksAgain(activity, count: count)]
  }
}
