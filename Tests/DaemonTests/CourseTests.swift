import Testing

@testable import Daemon

@Suite struct `The loop's course` {
  private let start = ContinuousClock.now
  private func at(_ seconds: Double) -> ContinuousClock.Instant { start + .seconds(seconds) }
  private var course = Course(pollInterval: .seconds(5), sealDelay: .seconds(10))

  @Test func `looks at the inbox first of all`() {
    #expect(course.action(now: start) == .look)
  }

  @Test mutating func `looks again at once while there is more, then rests until the next poll`() {
    course.take(.looked(isMore: true, nextLook: nil, isChanged: false), now: start)
    #expect(course.action(now: start) == .look)
    course.take(.looked(isMore: false, nextLook: nil, isChanged: false), now: start)
    #expect(course.action(now: start) == .wait(until: at(5)))
    #expect(course.action(now: at(5)) == .look)
  }

  @Test mutating func `looks earlier for a file that will have settled, or for news`() {
    course.take(.looked(isMore: false, nextLook: at(2), isChanged: false), now: start)
    #expect(course.action(now: start) == .wait(until: at(2)))
    course.take(.news, now: at(1))
    #expect(course.action(now: at(1)) == .look)
  }

  @Test mutating func `tells a look just in case from one for a file that settles`() {
    course.take(.listed, now: start)
    course.take(.looked(isMore: false, nextLook: at(2), isChanged: false), now: start)
    #expect(!course.isRescanning)
    course.take(.looked(isMore: false, nextLook: nil, isChanged: false), now: at(2))
    #expect(course.isRescanning)
    course.take(.news, now: at(3))
    #expect(!course.isRescanning)
  }

  @Test(arguments: [Course.Event.eventsLost, .inboxIsBack])
  mutating func `catches up at the start, and wherever events may have been lost`(
    event: Course.Event
  ) {
    #expect(course.isRescanning)
    course.take(.listed, now: start)
    #expect(!course.isRescanning)
    course.take(event, now: start)
    course.take(.news, now: start)
    #expect(course.isRescanning)
    course.take(.listed, now: start)
    #expect(!course.isRescanning)
  }

  @Test mutating func `seals what was mined when nothing came for a while, and once`() {
    course.take(.looked(isMore: false, nextLook: nil, isChanged: true), now: start)
    course.take(.looked(isMore: false, nextLook: nil, isChanged: false), now: at(5))
    #expect(course.action(now: at(9.9)) == .wait(until: at(10)))
    course.take(.looked(isMore: false, nextLook: nil, isChanged: false), now: at(10))
    #expect(course.action(now: at(10)) == .seal)
    course.take(.sealed(byteCount: 1_000), now: at(10))
    #expect(course.action(now: at(10)) == .wait(until: at(15)))
  }

  @Test(arguments: [(megabytes: 5, seconds: 10), (120, 120), (100_000, 3_600)])
  mutating func `rewrites no more than a megabyte a second, but once an hour at least`(
    megabytes: Int, seconds: Double
  ) {
    course.take(.sealed(byteCount: megabytes * 1_000_000), now: start)
    course.take(.looked(isMore: false, nextLook: nil, isChanged: true), now: start)
    course.take(.looked(isMore: false, nextLook: nil, isChanged: false), now: at(seconds - 1))
    #expect(course.action(now: at(seconds - 1)) == .wait(until: at(seconds)))
    course.take(.looked(isMore: false, nextLook: nil, isChanged: false), now: at(seconds))
    #expect(course.action(now: at(seconds)) == .seal)
  }

  @Test
  mutating func `backs off from one second to sixty while the machine fails, whatever comes in`() {
    var now = start
    for delay in [1, 2, 4, 8, 16, 32, 60, 60] {
      course.take(.failed(.look), now: now)
      course.take(.news, now: now)
      #expect(course.action(now: now) == .wait(until: now + .seconds(delay)))
      now += .seconds(delay)
      #expect(course.action(now: now) == .look)
    }
    course.take(.worked(.look), now: now)
    course.take(.failed(.look), now: now)
    #expect(course.action(now: now) == .wait(until: now + .seconds(1)))
  }

  /// Sealing was tried twice a second for ever once, as each look at an empty inbox ended its trouble.
  @Test mutating func `backs off from sealing while it fails, and looks at the inbox meanwhile`() {
    course.take(.looked(isMore: false, nextLook: nil, isChanged: true), now: start)
    var now = at(10)
    for delay in [1, 2, 4, 8, 16, 32, 60, 60] {
      course.take(.looked(isMore: false, nextLook: nil, isChanged: false), now: now)
      course.take(.worked(.look), now: now)
      #expect(course.action(now: now) == .seal)
      course.take(.failed(.seal), now: now)
      let sealTime = now + .seconds(delay)
      #expect(course.action(now: now) == .wait(until: min(sealTime, now + .seconds(5))))
      #expect(course.isIdle)
      now = sealTime
    }
    course.take(.looked(isMore: false, nextLook: nil, isChanged: false), now: now)
    course.take(.sealed(byteCount: 1_000), now: now)
    course.take(.worked(.seal), now: now)
    #expect(course.action(now: now) == .wait(until: now + .seconds(5)))
  }

  @Test mutating func `mines nothing without a model, and starts when there is one`() {
    course.take(.lacksModel, now: start)
    course.take(.news, now: start)
    #expect(course.action(now: start) == .wait(until: at(5)))
    course.take(.hasModel, now: start)
    #expect(course.action(now: start) == .look)
  }
}
