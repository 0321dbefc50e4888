import Settings
import SystemPackage
import Testing

@testable import Scheduling
@testable import Training

@Suite struct `The scheduler, where something fails` {
  private let daemon = DrivenScheduler()

  /// A reload forgets the queue. Its first listing finds a file without an end, which is not taken at once: it was said that
  /// mining is no longer needed.
  @Test func `goes on trying to mine what still settles`() throws {
    try daemon.start()
    daemon.list(["a.bmp"])
    daemon.mine(failure: Failure(.mine, .diskFull, "/site", words: "full"))
    daemon.answerAll(butFor: "list")
    daemon.handle(.reloadRequested)
    let setup = try DrivenScheduler.setup()
    daemon.handle(.opened(.success(DrivenScheduler.opening(setup))))
    daemon.answerAll(butFor: "list")
    let settling = daemon.handle(.listed(.success(daemon.listing(["a.bmp"], hasEnd: false))))
    #expect(settling.noLongerDue == [])
    daemon.now += .seconds(60)
    daemon.handle(.woke)
    #expect(daemon.list([]).noLongerDue == [.mine])
  }

  @Test func `says that an unusable model is gone, not that it works`() throws {
    try daemon.start()
    daemon.list([])
    daemon.answerAll()
    daemon.handle(.modelFolderChanged)
    let damaged = Failure(.adopt, .damaged, "/site/m.hdf5", words: "damaged")
    daemon.handle(.adopted(.failure(damaged)))
    daemon.now += .seconds(1)
    daemon.answerAll(butFor: "adopt")
    daemon.handle(.modelFolderChanged)
    if daemon.scheduler.state.underway == .list { daemon.list([]) }
    // Perhaps only for the moment in which it is replaced.
    let gone = Event.adopted(.success(Adoption(file: nil, isNew: false, generation: 1)))
    let moment = daemon.handle(gone)
    #expect(moment.noLongerDue == [] && !moment.tellsThatItWorks)
    daemon.now += .seconds(4)
    daemon.handle(.woke)
    if daemon.scheduler.state.underway == .list { daemon.list([]) }
    let forGood = daemon.handle(gone)
    #expect(forGood.noLongerDue == [.adopt] && !forGood.tellsThatItWorks)
  }

  @Test func `says why no model can be used as it is now, not as it was at the start`() throws {
    try daemon.start(hasModel: false)
    daemon.now += .seconds(5)
    daemon.handle(.woke)
    var adoption = Adoption(file: nil, isNew: false, generation: nil)
    adoption.unusableModel = "made for other settings"
    #expect(
      daemon.handle(.adopted(.success(adoption))).contains {
        if case .tell(.waitsForModel("made for other settings")) = $0 { true } else { false }
      })
  }

  /// They are known once: the next process cannot say them.
  @Test func `says how the last process ended, even if it is stopped while it starts`() throws {
    daemon.handle(.launched)
    daemon.handle(.stopRequested)
    var opening = DrivenScheduler.opening(try DrivenScheduler.setup())
    opening.trainingDeaths = TrainingDeaths(count: 1, isNew: true, age: .zero)
    opening.faultedCount = 1
    opening.restoredGeneration = 7
    let said = daemon.handle(.opened(.success(opening)))
    #expect(
      said.count {
        switch $0 {
        case .tell(.diedTraining), .tell(.crashedBefore(1)), .tell(.modelRestored(7)): true
        default: false
        }
      } == 3)
  }

  /// A pass over the mined pictures may take days, and each training begins another.
  @Test func `cleans up beside mining again`() throws {
    try daemon.start(#", "hn_remine": true"#)
    daemon.list([])
    daemon.answerAll()
    #expect(daemon.scheduler.state.underway == .remine)
    daemon.handle(.cleanedUp(.success(.done)))
    daemon.handle(.reportWritten(.success(Done())))
    daemon.scheduler.state.cleanUp.due = daemon.now
    #expect(daemon.handle(.woke).names.contains("cleanUp"))
  }
}
