import Testing

@testable import Daemon

@Suite struct `A failing machine's troubles` {
  private var troubles = Troubles()

  @Test mutating func `are each said once and then counted, also where they take turns`() {
    let reasons = ["the disk is full", "the ledger is locked", "the disk is full"]
    let said = reasons.map { troubles.begin($0) }
    #expect(said == [true, true, false])
    let failures = troubles.end()
    #expect(failures == 3)
  }

  @Test mutating func `are said again when they come back after it worked`() {
    _ = troubles.begin("the disk is full")
    let failures = [troubles.end(), troubles.end()]
    #expect(failures == [1, 0])
    let isSaid = troubles.begin("the disk is full")
    #expect(isSaid)
  }

  @Test mutating func `fill no log, however many different ones there are`() {
    let said = (0..<1_000).count { troubles.begin("\($0) bytes are missing") }
    #expect(said == 100)
    let failures = troubles.end()
    #expect(failures == 1_000)
  }
}
