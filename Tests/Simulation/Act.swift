import Scheduling

/// What somebody or something does to the machine, at a time.
package struct Act: Sendable, CustomStringConvertible {
  package let time: Duration
  package let kind: Kind

  package init(time: Duration, kind: Kind) {
    self.time = time
    self.kind = kind
  }

  package enum Kind: Sendable {
    /// A file comes into the inbox.
    case arrive(name: Int, Content, Arrival)
    /// A file of the inbox is taken away, renamed, or replaced by another one.
    case vanish(name: Int)
    case rename(name: Int, to: Int)
    case replace(name: Int, Content)
    /// The kernel's queue overflows: what happens in the next seconds is told by no event.
    case overflow
    case fault(Fault, Duration)
    /// The next thing that the mining thread does never ends.
    case hang
    /// Another process trains or rolls back, damages the model's file, or writes it again.
    case publish
    case damageModel
    case repairModel
    /// The settings file is changed, and the service told to read it.
    case reload(SettingsEdition)
    /// The machine sleeps.
    case suspend(Duration)
    /// Somebody sets the clock on the wall.
    case setClock(Duration)
    case stop(downFor: Duration)
    case kill(downFor: Duration)
  }

  package var description: String {
    let seconds = time / .seconds(1)
    return "\(String(Int(seconds * 1000)))ms \(kind)"
  }
}

/// How a file comes to the inbox.
package enum Arrival: Sendable {
  case movedIn
  /// Written for so long, and then closed; it ends as a picture does, or not.
  case written(Duration, hasEnd: Bool)
}

/// What a file holds; its number stands for the bytes.
package struct Content: Sendable, Hashable {
  package let number: Int
  package let kind: Kind

  package init(number: Int, kind: Kind) {
    self.number = number
    self.kind = kind
  }

  package enum Kind: Sendable, Hashable {
    case picture(hardNegatives: Int)
    /// It takes half a minute to decode.
    case slow(hardNegatives: Int)
    /// Of these two the decoder knows nothing, or it crashes or hangs over them.
    case noPicture
    case crashesDecoder
    /// The daemon itself crashes over it.
    case crashesDaemon
    /// It may not be read for the first ten minutes.
    case unreadable
  }

  var hardNegatives: Int {
    switch kind {
    case .picture(let count), .slow(let count): count
    default: 1
    }
  }
}

/// What is wrong with the machine for a while.
package enum Fault: Int, CaseIterable, Sendable {
  case diskFull, ledgerLocked, inboxGone, inboxUnreadable, readOnlyInbox, noDecoder, sealLocked
  case sealBroken, reportBroken, metricsBroken, trainingBroken, slow, unwatched, watchRefused
}

/// The editions of the settings file.
package enum SettingsEdition: Int, CaseIterable, Sendable {
  case plain, telling, otherFeatures, low, wrong
}
