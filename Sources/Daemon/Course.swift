/// What the loop does next: a state that what happens moves on, and that gives one action at a time.
///
/// It knows times but has no clock, and does nothing itself.
struct Course {
  typealias Instant = ContinuousClock.Instant

  enum State: Equatable {
    /// Nothing can be mined before there is a model.
    case waitingForModel
    /// A look at the inbox is due.
    case looking
    /// The inbox is done with for now; the next look is for a file to settle, or just in case.
    case resting(nextLook: Instant, isPoll: Bool)
    /// The machine fails; the delay doubles from one attempt to the next.
    case backingOff(until: Instant, delay: Duration)
  }

  enum Event {
    /// The inbox may hold something new.
    case news
    /// Events were lost: the inbox may hold what none will tell of.
    case eventsLost
    /// The inbox had vanished and is there again.
    case inboxIsBack
    case lacksModel
    case hasModel
    /// The inbox was listed.
    case listed
    /// The inbox was looked at.
    /// - `isMore`: whether there is more to take at once.
    /// - `nextLook`: when a file that is still being written will have been quiet for long enough.
    /// - `isChanged`: whether anything was mined.
    case looked(isMore: Bool, nextLook: Instant?, isChanged: Bool)
    case failed
    case sealed
  }

  enum Action: Equatable {
    case look
    case seal
    case wait(until: Instant)
  }

  static let shortestDelay = Duration.seconds(1)
  static let longestDelay = Duration.seconds(60)

  /// How long the inbox goes unlisted when there is no news.
  var pollInterval: Duration
  /// How long there must be nothing to mine before what was mined is sealed.
  let sealDelay: Duration

  private(set) var state = State.looking
  /// Whether the next listing is for what came in while nobody watched.
  private var isCatchingUp = true
  /// When to seal; nil when there is nothing that is not sealed.
  private var sealTime: Instant?

  init(pollInterval: Duration, sealDelay: Duration) {
    self.pollInterval = pollInterval
    self.sealDelay = sealDelay
  }

  mutating func take(_ event: Event, now: Instant) {
    switch event {
    case .inboxIsBack, .eventsLost: isCatchingUp = true
    case .listed: isCatchingUp = false
    default: break
    }
    switch (event, state) {
    case (.news, .resting), (.eventsLost, .resting), (.inboxIsBack, .resting),
      (.inboxIsBack, .backingOff), (.hasModel, .waitingForModel):
      state = .looking
    case (.news, _), (.eventsLost, _), (.inboxIsBack, _), (.hasModel, _), (.listed, _):
      // A look is due anyway, or has to wait.
      break
    case (.lacksModel, _):
      state = .waitingForModel
    case (.looked(let isMore, let nextLook, let isChanged), _):
      if isChanged { sealTime = now + sealDelay }
      let nextPoll = now + pollInterval
      if isMore {
        state = .looking
      } else if let nextLook, nextLook < nextPoll {
        state = .resting(nextLook: nextLook, isPoll: false)
      } else {
        state = .resting(nextLook: nextPoll, isPoll: true)
      }
    case (.failed, .backingOff(_, let delay)):
      backOff(min(delay * 2, Self.longestDelay), now: now)
    case (.failed, _):
      backOff(Self.shortestDelay, now: now)
    case (.sealed, _):
      sealTime = nil
    }
  }

  private mutating func backOff(_ delay: Duration, now: Instant) {
    state = .backingOff(until: now + delay, delay: delay)
  }

  /// Whether there is nothing in the inbox to do.
  var isIdle: Bool {
    if case .resting = state { true } else { false }
  }

  /// Whether a listing now is one that no event of a file has asked for: the first, one after events were lost, or one
  /// just in case.
  var isRescanning: Bool {
    if case .resting(_, isPoll: true) = state { true } else { isCatchingUp }
  }

  func action(now: Instant) -> Action {
    switch state {
    case .looking:
      return .look
    case .waitingForModel:
      return .wait(until: now + pollInterval)
    case .backingOff(let until, _):
      return until <= now ? .look : .wait(until: until)
    case .resting(let nextLook, _):
      if nextLook <= now { return .look }
      guard let sealTime else { return .wait(until: nextLook) }
      return sealTime <= now ? .seal : .wait(until: min(nextLook, sealTime))
    }
  }
}
