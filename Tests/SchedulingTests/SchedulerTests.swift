import Inotify
import Settings
import SystemPackage
import Testing

@testable import Scheduling
@testable import Training

@Suite struct `The scheduler` {
  private let daemon = DrivenScheduler()

  @Test func `opens what the settings name, is ready, and lists the inbox`() throws {
    #expect(daemon.handle(.launched).names == ["open", "show"])
    let setup = try DrivenScheduler.setup()
    let effects = daemon.handle(.opened(.success(DrivenScheduler.opening(setup))))
    #expect(effects.contains { if case .notify(.ready) = $0 { true } else { false } })
    #expect(effects.names.contains("recordIntake"))
    #expect(daemon.handle(.intakeRecorded(.success(false))).names.contains("list"))
  }

  @Test func `is ready at the first failure of a start, and says what it waits for`() throws {
    daemon.handle(.launched)
    let full = Failure(.start, .diskFull, "/d/state.sqlite", words: "no room for the ledger")
    let effects = daemon.handle(.opened(.failure(full)))
    #expect(effects.contains { if case .notify(.ready) = $0 { true } else { false } })
    #expect(
      daemon.scheduler.state.shown?.text
        == "trying again: no room for the ledger; waiting until that is fixed")
    #expect(daemon.scheduler.state.phase == .starting)
  }

  @Test func `is not ready with wrong settings`() throws {
    daemon.handle(.launched)
    let wrong = Failure(.start, .wrongSettings, "world.json", words: "world.json:1:3: no")
    let effects = daemon.handle(.opened(.failure(wrong)))
    #expect(effects.names.contains("end"))
    #expect(
      effects.contains {
        if case .tell(.cannotStart(let told)) = $0 { told == wrong } else { false }
      })
    #expect(!effects.contains { if case .notify(.ready) = $0 { true } else { false } })
  }

  @Test func `shows a rejected reload until the settings are used`() throws {
    try daemon.start()
    daemon.list([])
    func reload(_ result: Result<Setup, Failure>) {
      daemon.handle(.reloadRequested)
      #expect(daemon.scheduler.state.underway == .reload)
      daemon.handle(.opened(result.map { DrivenScheduler.opening($0) }))
      daemon.answerAll(butFor: "list")
      if daemon.scheduler.state.underway == .list { daemon.list([]) }
    }
    func isShown() -> Bool {
      daemon.answerAll()
      return daemon.scheduler.state.shown?.text
        .hasSuffix("until retraining; reload rejected: world.json:1:3: no") == true
    }
    #expect(!isShown())
    reload(.failure(Failure(.reload, .wrongSettings, "world.json", words: "world.json:1:3: no")))
    #expect(isShown())
    daemon.now += .seconds(5)
    daemon.handle(.woke)
    daemon.list([])
    #expect(isShown())
    reload(.success(try DrivenScheduler.setup()))
    #expect(!isShown())
    #expect(daemon.scheduler.state.shown?.text.contains("rejected") == false)
  }

  @Test func `lists again after five seconds, and at once on news`() throws {
    try daemon.start()
    #expect(!daemon.list([]).names.contains("list"))
    daemon.now += .seconds(4)
    #expect(!daemon.handle(.woke).names.contains("list"))
    daemon.now += .seconds(1)
    #expect(daemon.handle(.woke).names.contains("list"))
    #expect(!daemon.list([]).names.contains("list"))
    #expect(daemon.handle(.inboxNews(.file)).names.contains("list"))
  }

  @Test func `lists for a twentieth of the time, however long a listing takes`() throws {
    for (listingTime, pause) in [(0.1, 5.0), (3, 60)] {
      let daemon = DrivenScheduler()
      try daemon.start()
      daemon.now += .seconds(listingTime)
      daemon.list([])
      #expect(daemon.scheduler.state.inbox.nextListing == daemon.now + .seconds(pause))
    }
  }

  @Test func `tells a listing just in case from one that was asked for`() throws {
    try daemon.start()
    // The first listings: files that arrived while nothing watched.
    #expect(!daemon.list(["a.jpg"]).names.contains("tell"))
    daemon.mine()
    var watched = InboxNews()
    watched.watch = .watched(networkFileSystem: nil)
    daemon.handle(.inboxNews(watched))
    daemon.list(["late.jpg"])
    daemon.mine()
    daemon.list([])
    #expect(daemon.scheduler.state.counters.missedEvents.rescans == 0)
    daemon.now += .seconds(5)
    #expect(daemon.handle(.inboxNews(.file)).names.contains("list"))
    daemon.list(["b.jpg"])
    #expect(daemon.scheduler.state.counters.missedEvents.foundByRescan == 0)
    daemon.mine()
    daemon.list([])
    daemon.now += .seconds(5)
    #expect(daemon.handle(.woke).names.contains("list"))
    daemon.list(["c.jpg"])
    #expect(daemon.scheduler.state.counters.missedEvents.foundByRescan == 1)
  }

  @Test func `catches up where events were lost, and where the inbox is back`() throws {
    try daemon.start()
    daemon.list([])
    var back = InboxNews()
    back.watch = .watched(networkFileSystem: nil)
    daemon.handle(.inboxNews(back))
    daemon.list([])
    var lost = InboxNews()
    lost.overflowCount = 1
    #expect(daemon.handle(.inboxNews(lost)).names.contains("tell"))
    daemon.list(["a.jpg"])
    #expect(daemon.scheduler.state.counters.missedEvents.foundByRescan == 1)
    daemon.mine()
    daemon.list([])
    daemon.handle(.inboxNews(back))
    daemon.list(["b.jpg"])
    #expect(daemon.scheduler.state.counters.missedEvents.foundByRescan == 2)
  }

  /// For weeks before the first training, the name of every file moved in used to be kept in memory.
  @Test func `keeps no names while there is no model`() throws {
    try daemon.start(hasModel: false)
    daemon.handle(.inboxNews(.movedIn("early.jpg")))
    #expect(daemon.scheduler.state.inbox.movedIn == [])
    daemon.handle(.adopted(.success(Adoption(file: nil, isNew: true, generation: 1))))
    #expect(daemon.scheduler.state.underway == .list)
    daemon.handle(.inboxNews(.movedIn("late.jpg")))
    #expect(daemon.scheduler.state.inbox.movedIn == ["late.jpg"])
  }

  @Test func `goes on at once where the data set had to be hashed first, and calls it no success`()
    throws
  {
    try daemon.start()
    daemon.list(["a.jpg"])
    daemon.answerAll(butFor: "mine")
    var failed = MinedBatch()
    failed.failure = Failure(.mine, .diskFull, nil, words: "full")
    daemon.handle(.mined(failed))
    daemon.now += .seconds(1)
    #expect(daemon.handle(.woke).names.contains("mine"))
    let effects = daemon.handle(.mined(MinedBatch()))
    #expect(effects.names.contains("mine") && !effects.tellsThatItWorks)
    #expect(daemon.mine().tellsThatItWorks)
  }

  @Test func `goes on mining after a death in training, and trains later and smaller`() throws {
    let setup = try DrivenScheduler.setup(#", "training_memory": "1 GiB""#)
    var opening = DrivenScheduler.opening(setup)
    opening.trainingDeaths = TrainingDeaths(count: 2, isNew: true, age: .zero)
    daemon.handle(.launched)
    #expect(
      daemon.handle(.opened(.success(opening))).contains {
        if case .tell(.diedTraining(.seconds(20), let budget)) = $0 {
          budget.memory == 64 << 20 && budget.isReduced
        } else {
          false
        }
      })
    daemon.list(["a.jpg"], isTrainingDue: true)
    #expect(!daemon.scheduler.state.training.isRunning)
    daemon.mine()
    #expect(daemon.scheduler.state.counters.mined == 1)
    daemon.list([], isTrainingDue: true)
    daemon.answerAll()
    #expect(
      daemon.scheduler.state.shown?.text.hasSuffix(
        "retraining waits, because misfired died while training") == true)
    daemon.now += .seconds(20)
    #expect(
      daemon.handle(.woke).contains {
        if case .train(let budget) = $0 { budget.memory == 64 << 20 } else { false }
      })
  }

  @Test func `waits for the rest of the pause where an earlier process had begun to`() throws {
    try daemon.start(deaths: TrainingDeaths(count: 2, isNew: false, age: .seconds(13)))
    daemon.list([], isTrainingDue: true)
    daemon.answerAll()
    daemon.now += .seconds(6)
    #expect(!daemon.handle(.woke).names.contains("train"))
    daemon.now += .seconds(1)
    #expect(daemon.handle(.woke).names.contains("train"))
  }

  @Test func `records again whether it takes pictures if the ledger could not be written`() throws {
    daemon.handle(.launched)
    let opening = DrivenScheduler.opening(try DrivenScheduler.setup())
    #expect(daemon.handle(.opened(.success(opening))).names.contains("recordIntake"))
    let locked = Failure(.record, .locked, "/site/state.sqlite", words: "locked")
    #expect(daemon.handle(.intakeRecorded(.failure(locked))).names.contains("list"))
    daemon.handle(.listed(.success(daemon.listing([]))))
    daemon.now += .seconds(10)
    #expect(daemon.handle(.woke).names.contains("recordIntake"))
    #expect(daemon.handle(.intakeRecorded(.success(false))).tellsThatItWorks)
    daemon.now += .seconds(10)
    #expect(!daemon.handle(.woke).names.contains("recordIntake"))
  }

  @Test func `cleans up for a training that could not, and says when that worked`() throws {
    try daemon.start()
    daemon.list([], isTrainingDue: true)
    var training = Training.any
    training.failure = Failure(.cleanUp, .diskFull, "/site/f.hdf5", words: "full")
    daemon.handle(.trained(.success(training)))
    daemon.list([])
    #expect(!daemon.handle(.woke).names.contains("cleanUp"))
    daemon.now += .seconds(10)
    daemon.handle(.woke)
    #expect(daemon.list([]).names.contains("cleanUp"))
    #expect(daemon.handle(.cleanedUp(.success(.done))).tellsThatItWorks)
  }

  @Test func `says that there is nothing to mine any more after a failure`() throws {
    try daemon.start()
    daemon.list(["a.jpg"])
    var batch = MinedBatch()
    batch.taken = 1
    batch.failure = Failure(.mine, .locked, "/site/state.sqlite", words: "locked")
    daemon.handle(.mined(batch))
    #expect(
      daemon.list([]).contains {
        if case .tell(.noLongerDue(let ended)) = $0 { ended.last.activity == .mine } else { false }
      })
    #expect(daemon.scheduler.state.failures.foremost == nil)
  }

  /// It took the place of the batch's last picture, was decoded again, and waited for everything else.
  @Test func `mines a decoded picture next, even one decoded while a batch was mined`() throws {
    try daemon.start()
    daemon.list((0..<9).map { "\($0).jpg" })
    let slow = try #require(daemon.mine(slow: "0.jpg").slow)
    #expect(daemon.batchNames == ["4.jpg"])
    #expect(!daemon.handle(.slowDecoded(slow, .success(Done()))).names.contains("decodeSlow"))
    daemon.mine()
    #expect(daemon.batchNames == ["0.jpg"])
    var mined: [String] = []
    while daemon.scheduler.state.underway == .mine {
      mined += daemon.batchNames
      daemon.mine()
      daemon.answerAll(butFor: "list")
    }
    #expect(mined.sorted() == ["0.jpg", "5.jpg", "6.jpg", "7.jpg", "8.jpg"])
  }

  @Test func `decodes a picture again where a failed attempt has used up its pixels`() throws {
    try daemon.start()
    daemon.list((0..<9).map { "\($0).jpg" })
    let slow = try #require(daemon.mine(slow: "0.jpg").slow)
    daemon.handle(.slowDecoded(slow, .success(Done())))
    daemon.mine()
    #expect(daemon.batchNames == ["0.jpg"])
    var failed = MinedBatch()
    failed.failure = Failure(.mine, .readOnly, "/site/inbox", words: "read-only")
    daemon.handle(.mined(failed))
    daemon.now += .seconds(1)
    #expect(!daemon.handle(.woke).names.contains("decodeSlow"))
    #expect(daemon.batchNames == ["0.jpg"])
    #expect(daemon.mine(slow: "0.jpg").slow == slow)
    #expect(daemon.batchNames == ["5.jpg"])
  }

  @Test func `counts no picture that is left in the inbox`() throws {
    try daemon.start()
    daemon.list(["0.jpg", "1.jpg"])
    daemon.mine(slow: "0.jpg")
    #expect(daemon.scheduler.state.throughput.total == 1)
  }

  /// A hundred text files were a hundred pictures mined.
  @Test func `shows how many pictures were mined, not what else has left the inbox`() throws {
    try daemon.start()
    daemon.list(["0.jpg"])
    daemon.mine()
    daemon.list(["1.txt", "2.txt"])
    for _ in 0..<2 { daemon.mine(fate: .refused("no picture")) }
    daemon.list([])
    #expect(daemon.scheduler.state.shown?.work == .idle(mined: 1))
    #expect(daemon.scheduler.state.counters.quarantined == 2)
  }

  /// It was counted every minute, as often as it was tried.
  @Test func `counts a file that cannot be read once, as the log tells of it once`() throws {
    try daemon.start()
    let told = (0..<3).map { _ in
      daemon.list(["0.jpg"])
      return daemon.mine(fate: .unreadable(.permissionDenied)).tellsOfPicture
    }
    #expect(told == [true, false, false])
    #expect(daemon.scheduler.state.counters.leftInPlace == 1)
    daemon.list(["1.jpg"])
    #expect(!daemon.mine(fate: .unplaced("no picture")).tellsOfPicture)
    #expect(daemon.scheduler.state.counters.leftInPlace == 2)
  }

  @Test func `counts and tells once what attempts report before they fail`() throws {
    try daemon.start()
    daemon.list(["0.jpg"])
    let failure = Failure(.mine, .readOnly, "/site/inbox", words: "read-only")
    #expect(daemon.mine(failure: failure).tellsOfPicture)
    daemon.now += .seconds(1)
    daemon.handle(.woke)
    #expect(!daemon.mine(fate: .known, failure: failure).tellsOfPicture)
    daemon.now += .seconds(2)
    daemon.handle(.woke)
    #expect(!daemon.mine(fate: .known).tellsOfPicture)
    let counters = daemon.scheduler.state.counters
    #expect(counters.mined == 1 && counters.known == 0)
  }

  @Test func `goes on with what failed before a reload, and says when it works`() throws {
    daemon.handle(.launched)
    let metrics = try DrivenScheduler.setup(#", "metrics_path": "m.prom""#)
    daemon.handle(.opened(.success(DrivenScheduler.opening(metrics))))
    let full = Failure(.metrics, .diskFull, "/site/m.prom", words: "full")
    func fail() -> Bool {
      daemon.now += .seconds(15)
      #expect(daemon.handle(.intakeRecorded(.success(false))).names.contains("writeMetrics"))
      return daemon.handle(.metricsWritten(.failure(full))).contains {
        if case .tell(.failing) = $0 { true } else { false }
      }
    }
    func reload(_ setup: Setup) -> [Effect] {
      daemon.handle(.listed(.success(daemon.listing([]))))
      daemon.handle(.reloadRequested)
      return daemon.handle(.opened(.success(DrivenScheduler.opening(setup))))
    }
    #expect(fail())
    // Before its pause is over, and not reported again.
    #expect(!reload(metrics).tellsThatItWorks)
    #expect(!fail())
    #expect(
      reload(try DrivenScheduler.setup()).contains {
        if case .tell(.noLongerDue(let ended)) = $0 { ended.count == 2 } else { false }
      })
    #expect(daemon.scheduler.state.failures.foremost == nil)
  }

  @Test(arguments: [true, false])
  func `keeps its settings where it cannot seal before others`(isBusy: Bool) throws {
    try daemon.start()
    daemon.list([])
    daemon.answerAll()
    daemon.handle(.reloadRequested)
    daemon.handle(.sealNeeded)
    let effects = daemon.handle(
      .sealed(
        isBusy
          ? .success(.busy)
          : .failure(Failure(.seal, .diskFull, "/site/f.hdf5", words: "full"))))
    #expect(!effects.names.contains("open"))
    #expect(
      effects.contains {
        if case .tell(.reloadRejected(let failure)) = $0 {
          failure.cause == (isBusy ? .locked : .diskFull)
        } else {
          false
        }
      })
    #expect(daemon.scheduler.state.shown?.text.contains("reload rejected: ") == true)
  }

  @Test func `seals before it opens settings with other features`() throws {
    try daemon.start()
    daemon.list([])
    daemon.answerAll()
    let opening = daemon.handle(.reloadRequested)
    #expect(opening.contains { if case .open(isSealed: false) = $0 { true } else { false } })
    #expect(daemon.handle(.sealNeeded).names.contains("seal"))
    let effects = daemon.handle(.sealed(.success(.done(byteCount: 1))))
    #expect(effects.contains { if case .open(isSealed: true) = $0 { true } else { false } })
  }

  @Test func `seals once where it stops before it opens such settings`() throws {
    try daemon.start()
    daemon.list([])
    daemon.answerAll()
    daemon.handle(.reloadRequested)
    daemon.handle(.stopRequested)
    #expect(daemon.handle(.sealNeeded).names.contains("seal"))
    let effects = daemon.handle(.sealed(.success(.done(byteCount: 1))))
    #expect(!effects.names.contains("open") && !effects.names.contains("seal"))
  }

  @Test func `trains with all the memory again where the settings are others`() throws {
    try daemon.start(deaths: TrainingDeaths(count: 1, isNew: true, age: .zero))
    daemon.list([], isTrainingDue: true)
    let more = try DrivenScheduler.setup(#", "training_memory": "3 GiB""#)
    daemon.answerAll()
    daemon.handle(.reloadRequested)
    daemon.handle(.opened(.success(DrivenScheduler.opening(more))))
    daemon.answerAll(butFor: "list")
    let effects = daemon.handle(.listed(.success(daemon.listing([], isTrainingDue: true))))
    #expect(
      effects.contains {
        if case .train(let budget) = $0 {
          budget.memory == 3 << 30 && !budget.isReduced
        } else {
          false
        }
      })
  }

  @Test func `seals what was mined when nothing came for ten seconds`() throws {
    try daemon.start()
    daemon.list(["a.jpg"])
    daemon.mine()
    daemon.list([])
    #expect(daemon.sealsAfter(.seconds(9.9)) == false)
    #expect(daemon.sealsAfter(.seconds(0.1)) == true)
  }

  /// Mines a picture, and has the seal after it fail.
  private func failToSeal() throws -> [Effect] {
    try daemon.start()
    daemon.list(["a.jpg"])
    daemon.mine()
    daemon.list([])
    #expect(daemon.sealsAfter(.seconds(10)))
    return daemon.handle(
      .sealed(.failure(Failure(.seal, .inputOutput, "/f.hdf5", words: "broken"))))
  }

  @Test func `leaves sealing alone for a while where it fails, and lists meanwhile`() throws {
    // Which is due as well.
    #expect(try failToSeal().names.contains("list"))
    daemon.list([])
    #expect(!daemon.sealsAfter(.milliseconds(900)))
    #expect(daemon.sealsAfter(.milliseconds(100)))
  }

  @Test func `tries sealing again however many pictures come meanwhile`() throws {
    _ = try failToSeal()
    daemon.list(["b.jpg"])
    daemon.mine()
    daemon.list([])
    #expect(daemon.sealsAfter(.seconds(1)))
  }

  @Test(arguments: [(megabytes: 5, seconds: 10), (120, 120), (100_000, 3_600)])
  func `rewrites no more than a megabyte a second, but once an hour at least`(
    megabytes: Int, seconds: Int
  ) throws {
    try daemon.start()
    daemon.list(["a.jpg"])
    daemon.mine()
    daemon.list([])
    #expect(daemon.sealsAfter(.seconds(10)))
    daemon.handle(.sealed(.success(.done(byteCount: megabytes * 1_000_000))))
    daemon.answerAll()
    daemon.handle(.inboxNews(.file))
    daemon.list(["b.jpg"])
    daemon.mine()
    daemon.list([])
    #expect(!daemon.sealsAfter(.seconds(seconds) - .milliseconds(100)))
    #expect(daemon.sealsAfter(.milliseconds(100)))
  }

  /// Each picture used to put it off, for ever.
  @Test func `seals within an hour where a picture comes every eight seconds`() throws {
    try daemon.start()
    daemon.list([])
    let start = daemon.now
    for number in 0..<1_000 {
      daemon.now += .seconds(8)
      daemon.handle(.inboxNews(.file))
      guard daemon.scheduler.state.underway == .list else { break }
      daemon.list(["\(number).jpg"])
      daemon.mine()
      daemon.list([])
    }
    #expect(daemon.scheduler.state.underway == .seal)
    #expect(start.duration(to: daemon.now) <= .seconds(3_616))
  }

  @Test func `seals within an hour while pictures wait`() throws {
    try daemon.start()
    daemon.list((0..<1_000).map { "\($0).jpg" })
    let start = daemon.now
    while daemon.scheduler.state.underway == .mine {
      daemon.now += .seconds(8)
      daemon.mine()
    }
    #expect(daemon.scheduler.state.underway == .seal)
    #expect(start.duration(to: daemon.now) <= .seconds(3_616))
  }

  /// It used to be sealed at the end of the pass, which another model may prevent.
  @Test func `seals what a pass over the mined pictures finds before it ends`() throws {
    try daemon.start(#", "hn_remine": true"#)
    daemon.list([])
    #expect(daemon.scheduler.state.underway == .remine)
    var look = ReminingOutcome()
    look.isMore = true
    look.hardNegatives = 1
    daemon.handle(.remined(.success(look)))
    #expect(daemon.scheduler.state.underway == .remine)
    daemon.handle(.remined(.success(ReminingOutcome())))
    #expect(daemon.sealsAfter(.seconds(10)))
  }

  @Test func `shows that it mines the mined pictures again`() throws {
    try daemon.start(#", "hn_remine": true"#)
    daemon.list([])
    var look = ReminingOutcome()
    look.isMore = true
    daemon.handle(.remined(.success(look)))
    #expect(daemon.scheduler.state.shown?.work == .remining)
    look.isMore = false
    daemon.handle(.remined(.success(look)))
    #expect(daemon.scheduler.state.shown?.work == .idle(mined: 0))
  }

  /// The log promised to retry until it works, and nothing did.
  @Test func `only counts what fails after a reload to settings that have no model`() throws {
    try daemon.start()
    daemon.list(["slow.jpg"])
    let slow = try #require(daemon.mine(slow: "slow.jpg").slow)
    daemon.list([], isTrainingDue: true)
    #expect(daemon.scheduler.state.training.isRunning)
    daemon.answerAll()
    daemon.handle(.reloadRequested)
    let opening = DrivenScheduler.opening(try DrivenScheduler.setup(), hasModel: false)
    daemon.handle(.opened(.success(opening)))
    let full = Failure(.train, .diskFull, "/site/f.hdf5", words: "full")
    let broken = Failure(.mine, .noDecoder, nil, words: "no decoder")
    let effects =
      daemon.handle(.trained(.failure(full))) + daemon.handle(.slowDecoded(slow, .failure(broken)))
    #expect(!effects.names.contains("tell"))
    #expect(daemon.scheduler.state.failures.foremost == nil)
    let counters = daemon.scheduler.state.counters
    #expect(counters.failures == 2 && counters.trainingsFailed == 1)
  }

  /// A count from before the end of a training used to start another one, for nothing.
  @Test func `does not take a count that is older than the last training for a new one`()
    throws
  {
    try daemon.start()
    daemon.list([], isTrainingDue: true)
    #expect(daemon.scheduler.state.training.isRunning)
    #expect(daemon.handle(.inboxNews(.file)).names.contains("list"))
    daemon.handle(.trained(.success(.any)))
    #expect(!daemon.list([], isTrainingDue: true).names.contains("train"))
    #expect(!daemon.list([]).names.contains("train"))
  }

  @Test func `says once that learning is stuck, and again after it was not`() throws {
    try daemon.start()
    let told = [Learning.State.stuck, .stuck, .improving, .stuck].map { state in
      daemon.list([], isTrainingDue: true)
      var training = Training.any
      training.learning = .example(state)
      let effects = daemon.handle(.trained(.success(training)))
      daemon.list([])
      daemon.handle(.inboxNews(.file))
      return effects.contains { if case .tell(.learningStalls) = $0 { true } else { false } }
    }
    #expect(told == [true, false, false, true])
  }

  @Test func `says once that more hard negatives are needed than there is room for`() throws {
    try daemon.start()
    let told = [nil, (0, 5), (3, 5), (4, 0), (0, 1)].map { counts in
      daemon.list([], isTrainingDue: true)
      var training = Training.any
      training.retired = counts.map { .init(count: $0, remaining: 9, excess: $1) }
      let effects = daemon.handle(.trained(.success(training)))
      daemon.list([])
      daemon.handle(.inboxNews(.file))
      return effects.compactMap { effect in
        switch effect {
        case .tell(.retired(let retired)): "retired \(retired.count)"
        case .tell(.allNeeded(let retired)): "needed \(retired.excess)"
        default: nil
        }
      }
    }
    #expect(told == [[], ["needed 5"], ["retired 3"], ["retired 4"], ["needed 1"]])
  }

  @Test func `pings its manager only while something moves`() throws {
    try daemon.start()
    // The listing hangs.
    for _ in 0..<10 {
      daemon.now += .seconds(60)
      #expect(!daemon.handle(.woke).isPing)
      #expect(!daemon.handle(.inboxNews(.file)).isPing)
    }
    #expect(daemon.handle(.listed(.success(daemon.listing(["slow.jpg", "slower.jpg"])))).isPing)
    daemon.answerAll(butFor: "mine")
    // A batch of them takes minutes, and each counts as progress.
    #expect(!daemon.handle(.woke).isPing)
    #expect(daemon.handle(.pictureScanned).isPing)
    #expect(daemon.scheduler.state.underway == .mine)
  }

  @Test
  func
    `says that the model cannot be used once, and tries at once when its folder changes`()
    throws
  {
    try daemon.start(hasModel: false)
    let failure = Failure(.adopt, .damaged, "/model.hdf5", words: "no model")
    #expect(daemon.handle(.adopted(.failure(failure))).names.contains("tell"))
    #expect(!daemon.handle(.woke).names.contains("adopt"))
    #expect(daemon.handle(.modelFolderChanged).names.contains("adopt"))
    #expect(!daemon.handle(.adopted(.failure(failure))).names.contains("tell"))
    daemon.now += .seconds(60)
    #expect(daemon.handle(.woke).names.contains("adopt"))
    let adoption = Adoption(file: nil, isNew: true, generation: 1)
    #expect(daemon.handle(.adopted(.success(adoption))).names.contains("list"))
  }

  /// Found by seed 93: a training was postponed, somebody trained by hand meanwhile, and it began all the same.
  @Test func `counts anew what is due where somebody else published a model`() throws {
    try daemon.start(deaths: TrainingDeaths(count: 1, isNew: true, age: .zero))
    daemon.list([], isTrainingDue: true)
    daemon.answerAll()
    #expect(daemon.scheduler.state.training.isDue && !daemon.scheduler.state.training.isRunning)
    daemon.handle(.modelFolderChanged)
    let adoption = Adoption(file: nil, isNew: true, generation: 7)
    let effects = daemon.handle(.adopted(.success(adoption)))
    #expect(effects.names.contains("list"))
    daemon.now += .seconds(3600)
    #expect(!daemon.handle(.woke).names.contains("train"))
  }

  @Test func `seals on its way out, and then ends`() throws {
    try daemon.start()
    daemon.list(["a.jpg"])
    daemon.answerAll()
    #expect(!daemon.handle(.stopRequested).names.contains("seal"))
    #expect(daemon.mine().names.contains("seal"))
    // What the first listing found is recorded, so nothing else needs writing.
    #expect(daemon.handle(.sealed(.success(.done(byteCount: 1)))).names.contains("end"))
  }
}

extension InboxNews {
  fileprivate static func movedIn(_ name: FilePath.Component) -> InboxNews {
    var news = file
    news.movedIn = [name]
    return news
  }

  fileprivate static var file: InboxNews {
    var news = InboxNews()
    news.tellsOfFiles = true
    return news
  }
}

extension [Effect] {
  fileprivate var isPing: Bool {
    contains { if case .notify(.watchdog) = $0 { true } else { false } }
  }
}
