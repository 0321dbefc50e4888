internal import Corpus

/// Files found without an event: the kernel's events of the inbox are hints, and some never come.
package struct MissedEvents: Hashable, Sendable, Encodable {
  /// How often the kernel's queue of events overflowed.
  package var overflows = 0
  /// How often the inbox was listed without an event: after an overflow, when it came back, and just in case.
  package var rescans = 0
  /// Files that such a listing saw first.
  package var foundByRescan = 0

  package init() {}

  package static func + (some: MissedEvents, others: MissedEvents) -> MissedEvents {
    var all = some
    all.overflows += others.overflows
    all.rescans += others.rescans
    all.foundByRescan += others.foundByRescan
    return all
  }

  package static func - (all: MissedEvents, known: MissedEvents) -> MissedEvents {
    var new = all
    new.overflows -= known.overflows
    new.rescans -= known.rescans
    new.foundByRescan -= known.foundByRescan
    return new
  }
}

extension Miner {
  /// What daemons have found without events since the ledger was created.
  package func missedEvents() throws -> MissedEvents {
    let tallies = try ledger.tallies()
    var events = MissedEvents()
    events.overflows = tallies[.overflows] ?? 0
    events.rescans = tallies[.rescans] ?? 0
    events.foundByRescan = tallies[.foundByRescan] ?? 0
    return events
  }

  /// Adds what a daemon has found without events to what was found before.
  package func record(_ events: MissedEvents) throws {
    try ledger.add([
      .overflows: events.overflows, .rescans: events.rescans,
      .foundByRescan: events.foundByRescan,
    ])
  }
}
