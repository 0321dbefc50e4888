import Inotify
import Scheduling
import Settings

/// Checks the messages about failures: each failure is reported once while it lasts, and its end once.
///
/// This restates the rules; only how many pictures wait and whether there is a model it takes from the scheduler.
struct FailureChecks {
  enum Word: Equatable {
    case failing(Activity)
    case worksAgain(Activity, count: Int, Duration)
    case noLongerDue(Activity, count: Int, Duration)
  }

  /// The failures of an activity that are not over.
  private struct Open {
    let since: Duration
    var count = 0
    var said: Set<Failure.Identity> = []
  }

  private var open: [Activity: Open] = [:]
  private var now = Duration.zero

  /// The messages due after an event.
  /// - Parameters:
  ///   - isTelling: whether the settings in force include a report, metrics and mining again.
  ///   - hasModel: whether there is a model to mine with.
  mutating func due(
    after event: Event, isStarting: Bool, isStopping: Bool, isTraining: Bool, isTelling: Bool,
    hasModel: Bool, now: Duration
  )
    -> [Word]
  {
    self.now = now
    switch event {
    case .opened(.failure(let failure)):
      let isFinal = failure.cause == .wrongSettings
      return isStarting && !isFinal ? add(failure) : []
    case .opened(.success(let opening)):
      if isStarting { return end(.start) }
      if isStopping { return [] }
      // What the new settings do not ask for cannot fail; everything else is tried again.
      return (isTelling ? [] : drop(.report) + drop(.metrics) + drop(.remine))
        + (opening.hasModel
          ? drop(.adopt) : drop(.list) + drop(.mine) + drop(.remine) + drop(.train))
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
        + (listed?.queue.waitingCount == 0 ? drop(.mine) : [])
    case .remined(let result): return take(result, .remine)
    case .sealed(.success(.busy)): return []
    case .sealed(let result): return take(result, .seal)
    case .adopted(.success(let adoption)): return adoption.isNew ? end(.adopt) : drop(.adopt)
    case .adopted(let result): return take(result, .adopt)
    case .recorded(let result): return take(result, .record)
    case .intakeRecorded(let result): return take(result, .record)
    case .metricsWritten(let result): return take(result, .metrics)
    case .trained(.success(let training)):
      return end(.train) + (training.failure.map { add($0) } ?? [])
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
    counts?.isTrainingDue == false && !isTraining ? drop(.train) : []
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
    let stopsMining: Set<Activity> = [.start, .list, .mine]
    let isKnown = open.contains { activity, other in
      other.said.contains(failure.identity)
        && (stopsMining.contains(activity) || !stopsMining.contains(failure.activity))
    }
    open[failure.activity, default: Open(since: now)].count += 1
    if isKnown { return [] }
    open[failure.activity]!.said.insert(failure.identity)
    return [.failing(failure.activity)]
  }

  private mutating func end(_ activity: Activity) -> [Word] {
    close(activity).map { [.worksAgain(activity, count: $0.count, now - $0.since)] } ?? []
  }

  /// There is nothing left to do of what failed.
  private mutating func drop(_ activity: Activity) -> [Word] {
    close(activity).map { [.noLongerDue(activity, count: $0.count, now - $0.since)] } ?? []
  }

  private mutating func close(_ activity: Activity) -> Open? {
    open.removeValue(forKey: activity).flatMap { $0.said.isEmpty ? nil : $0 }
  }
}
