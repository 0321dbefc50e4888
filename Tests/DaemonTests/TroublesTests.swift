import Testing

@testable import Daemon

@Suite struct `A failing machine's troubles` {
  private var troubles = Troubles()

  @Test mutating func `are each said once and then counted, also where they take turns`() {
    let reasons = ["the disk is full", "the ledger is locked", "the disk is full"]
    let said = reasons.map { troubles.begin(.look, $0) }
    #expect(said == [true, true, false])
    let failures = troubles.end(.look)
    #expect(failures == 3)
  }

  @Test mutating func `are said again when they come back after it worked`() {
    _ = troubles.begin(.look, "the disk is full")
    let failures = [troubles.end(.look), troubles.end(.look)]
    #expect(failures == [1, 0])
    let isSaid = troubles.begin(.look, "the disk is full")
    #expect(isSaid)
  }

  @Test mutating func `fill no log, however many different ones there are`() {
    let said = (0..<1_000).count { troubles.begin(.look, "\($0) bytes are missing") }
    #expect(said == 100)
    let failures = troubles.end(.look)
    #expect(failures == 1_000)
  }

  @Test mutating func `are not over because something else works`() {
    _ = troubles.begin(.seal, "the file is damaged")
    #expect(troubles.end(.look) == 0)
    let isSaid = troubles.begin(.seal, "the file is damaged")
    #expect(!isSaid)
    #expect(troubles.foremost == "the file is damaged")
    #expect(troubles.end(.seal) == 2)
    #expect(troubles.foremost == nil)
  }

  @Test mutating func `are said once where they keep it from two things`() {
    let said = [Deed.look, .seal, .seal].map { troubles.begin($0, "the disk is full") }
    #expect(said == [true, false, false])
    #expect(troubles.end(.seal) == 0)
    #expect(troubles.end(.look) == 1)
  }
}
