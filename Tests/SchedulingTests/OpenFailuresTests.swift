import SystemPackage
import Testing

@testable import Scheduling

@Suite struct `Open failures` {
  private var failures = OpenFailures(OperationalLimits())
  private let start = ContinuousClock.now
  private func at(_ seconds: Double) -> ContinuousClock.Instant { start + .seconds(seconds) }

  private func failure(
    _ activity: Activity = .mine, _ cause: Failure.Cause = .diskFull, words: String = "full"
  ) -> Failure {
    Failure(activity, cause, "/disk", words: words)
  }

  @Test mutating func `are each said once and then counted, also where they take turns`() {
    let said = [Failure.Cause.diskFull, .locked, .diskFull].map {
      failures.add(failure(.mine, $0), now: start)
    }
    #expect(said == [true, true, false])
    let ended = failures.end(.mine, now: at(40))
    #expect(ended?.count == 3 && ended?.duration == .seconds(40))
  }

  /// One full disk used to be reported three times, because the message contained the room left.
  @Test mutating func `are the same whatever numbers are in the words`() {
    let said = [4, 3, 23].map {
      failures.add(failure(.seal, .diskFull, words: "\($0) MB free"), now: start)
    }
    #expect(said == [true, false, false])
    #expect(failures.foremost?.words == "23 MB free")
  }

  @Test
  mutating func `are one where a full disk is met in two places, and two where a permission is`() {
    let said = [Failure.Cause.diskFull, .limit, .notPermitted].map { cause in
      ["/ledger", "/features"].map { path in
        failures.add(Failure(.mine, cause, FilePath(path), words: ""), now: start)
      }
    }
    #expect(said == [[true, false], [true, false], [true, true]])
  }

  @Test mutating func `are said again when they come back after it worked`() {
    _ = failures.add(failure(), now: start)
    let ends = [failures.end(.mine, now: start), failures.end(.mine, now: start)]
    #expect(ends[0]?.count == 1 && ends[1] == nil)
    let isSaid = failures.add(failure(), now: start)
    #expect(isSaid)
  }

  @Test mutating func `are not over because something else works`() {
    _ = failures.add(failure(), now: start)
    let ended = failures.end(.seal, now: start)
    #expect(ended == nil && failures.contains(.mine))
  }

  @Test mutating func `fill no log, however many different ones there are`() {
    let said = (0..<1_000).count { index in
      failures.add(Failure(.mine, .missing, FilePath("/\(index)"), words: ""), now: start)
    }
    #expect(said == 100)
    let ended = failures.end(.mine, now: start)
    #expect(ended?.count == 1_000)
  }

  @Test mutating func `are said once where they keep it from two things`() {
    let said = [Activity.mine, .seal, .seal].map { failures.add(failure($0), now: start) }
    #expect(said == [true, false, false])
    let seal = failures.end(.seal, now: start)
    #expect(seal == nil)
    let mine = failures.end(.mine, now: start)
    #expect(mine?.count == 1)
    #expect(failures.foremost == nil)
  }

  @Test mutating func `are left alone for a second, then twice as long each time, up to a minute`()
  {
    var now = start
    for pause in [1, 2, 4, 8, 16, 32, 60, 60] {
      _ = failures.add(failure(), now: now)
      #expect(!failures.mayTry(.mine, now: now + .seconds(Double(pause) - 0.1)))
      #expect(failures.nextTry(after: now) == now + .seconds(pause))
      now += .seconds(pause)
      #expect(failures.mayTry(.mine, now: now))
    }
    #expect(failures.mayTry(.seal, now: start))
  }

  @Test mutating func `are nothing to speak of where another process is at it`() {
    failures.postpone(.seal, now: start)
    #expect(!failures.mayTry(.seal, now: start) && failures.foremost == nil)
    let ended = failures.end(.seal, now: at(9))
    #expect(ended == nil)
  }

  /// The metrics are written every 15 seconds, so they meet a full disk first; that mining stands still was never said.
  @Test mutating func `say that mining stands still, whatever else has met the same full disk`() {
    let said = [Activity.metrics, .seal, .mine, .train, .list].map {
      failures.add(failure($0), now: start)
    }
    #expect(said == [true, false, true, false, false])
    let ended = failures.end(.mine, now: start)
    #expect(ended?.count == 1)
  }

  @Test mutating func `do not include a wait for another process`() {
    for minute in 0..<60 { failures.postpone(.seal, now: at(60 * Double(minute))) }
    let isSaid = failures.add(failure(.seal), now: at(3_600))
    #expect(isSaid && failures.nextTry(after: at(3_600)) == at(3_601))
    let ended = failures.end(.seal, now: at(3_601))
    #expect(ended?.duration == .seconds(1))
  }
}
