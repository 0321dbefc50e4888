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
    /// What was mined is sealed, in a file of so many bytes; 0 where none had to be written.
    case sealed(byteCount: Int)
    /// The machine did not let it do this.
    case failed(Deed)
    /// The machine let it do this.
    case worked(Deed)
  }

  enum Action: Equatable {
    case look
    case seal
    case wait(until: Instant)
  }

  static let shortestDelay = Duration.seconds(1)
  static let longestDelay = Duration.seconds(60)
  /// How fast the sealed file may be rewritten where there is time for it, so that a disk is not worn out for a few rows.
  static let sealedBytesPerSecond = 1_000_000.0
  static let longestSealPause = Duration.seconds(3_600)

  /// How long the inbox goes unlisted when there is no news.
  var pollInterval: Duration
  /// How long there must be nothing to mine before what was mined is sealed.
  let sealDelay: Duration

  private(set) var state = State.looking
  /// Whether the next listing is for what came in while nobody watched.
  private var isCatchingUp = true
  /// When to seal; nil when there is nothing that is not sealed.
  private var sealTime: Instant?
  /// When the file may be rewritten again at the earliest.
  private var nextSeal: Instant?
  /// What fails, and is left alone for a while; the delay doubles from one attempt to the next.
  private var pauses: [Deed: (end: Instant, delay: Duration)] = [:]

  init(pollInterval: Duration, sealDelay: Duration) {
    self.pollInterval = pollInterval
    self.sealDelay = sealDelay
  }

  mutating func take(_ event: Event, now: Instant) {
    switch event {
    case .eventsLost: isCatchingUp = true
    case .inboxIsBack: (isCatchingUp, pauses[.look]) = (true, nil)
    case .listed: isCatchingUp = false
    default: break
    }
    switch (event, state) {
    case (.news, .resting), (.eventsLost, .resting), (.inboxIsBack, .resting),
      (.hasModel, .waitingForModel):
      state = .looking
    case (.news, _), (.eventsLost, _), (.inboxIsBack, _), (.hasModel, _), (.listed, _):
      // A look is due anyway, or has to wait.
      break
    case (.lacksModel, _):
      state = .waitingForModel
    case (.looked(let isMore, let nextLook, let isChanged), _):
      if isChanged { sealTime = max(now + sealDelay, nextSeal ?? now) }
      let nextPoll = now + pollInterval
      if isMore {
        state = .looking
      } else if let nextLook, nextLook < nextPoll {
        state = .resting(nextLook: nextLook, isPoll: false)
      } else {
        state = .resting(nextLook: nextPoll, isPoll: true)
      }
    case (.sealed(let byteCount), _):
      sealTime = nil
      let pause = Duration.seconds(Double(byteCount) / Self.sealedBytesPerSecond)
      nextSeal = now + min(pause, Self.longestSealPause)
    case (.failed(let deed), _):
      let delay = pauses[deed].map { min($0.delay * 2, Self.longestDelay) } ?? Self.shortestDelay
      pauses[deed] = (now + delay, delay)
    case (.worked(let deed), _):
      pauses[deed] = nil
    }
  }

  /// Until when to leave alone what the machine did not let it do; nil where it did.
  func pause(of deed: Deed) -> Instant? {
    pauses[deed]?.end
  }

  /// Whether this did not fail, or long enough ago to be tried again.
  func mayTry(_ deed: Deed, now: Instant) -> Bool {
    pause(of: deed).map { $0 <= now } ?? true
  }

  /// Whether there is nothing in the inbox to do.
  var isIdle: Bool {
    if case .resting = state { pause(of: .look) == nil } else { false }
  }

  /// Whether a listing now is one that no event of a file has asked for: the first, one after events were lost, or one
  /// just in case.
  var isRescanning: Bool {
    if case .resting(_, isPoll: true) = state { true } else { isCatchingUp }
  }

  func action(now: Instant) -> Action {
    if let nextLook = pause(of: .look) {
      return nextLook <= now ? .look : .wait(until: nextLook)
    }
    switch state {
    case .looking:
      return .look
    case .waitingForModel:
      return .wait(until: now + pollInterval)
    case .resting(let nextLook, _):
      if nextLook <= now { return .look }
      guard var sealTime else { return .wait(until: nextLook) }
      sealTime = max(sealTime, pause(of: .seal) ?? sealTime)
      return sealTime <= now ? .seal : .wait(until: min(nextLook, sealTime))
    }
  }
}
