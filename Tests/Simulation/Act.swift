import Scheduling

/// Something that happens to the machine at a given time.
package struct Act: Sendable, CustomStringConvertible {
  package let time: Duration
  package let kind: Kind

  package init(time: Duration, kind: Kind) {
    self.time = time
    self.kind = kind
  }

  package enum Kind: Sendable {
    /// A file arrives in the inbox.
    case arrive(name: Int, Content, Arrival)
    /// A file in the inbox is removed, renamed or replaced by another.
    case vanish(name: Int)
    case rename(name: Int, to: Int)
    case replace(name: Int, Content)
    /// A person empties the inbox and reloads the service.
    case emptyInbox
    /// The kernel's queue overflows: no event reports what happens in the next seconds.
    case overflow
    case fault(Fault, Duration)
    /// The next thing that the mining thread does never ends.
    case hang
    /// Another process trains or rolls back, damages the model's file, or rewrites it.
    case publish
    case damageModel
    case repairModel
    /// The settings file changes, and the service is asked to reload it.
    case reload(SettingsEdition)
    /// The machine is suspended.
    case suspend(Duration)
    /// The wall clock is set.
    case setClock(Duration)
    case stop(downFor: Duration)
    case kill(downFor: Duration)
  }

  package var description: String {
    let seconds = time / .seconds(1)
    return "\(String(Int(seconds * 1000)))ms \(kind)"
  }
}

/// How a file arrives in the inbox.
package enum Arrival: Sendable {
  case movedIn
  /// Written for this long, then closed. `hasEnd`: whether it ends as a picture must.
  case written(Duration, hasEnd: Bool)
}

/// What a file contains; the number stands for its bytes.
package struct Content: Sendable, Hashable {
  package let number: Int
  package let kind: Kind

  package init(number: Int, kind: Kind) {
    self.number = number
    self.kind = kind
  }

  package enum Kind: Sendable, Hashable {
    case picture(hardNegatives: Int)
    /// Decoding takes half a minute.
    case slow(hardNegatives: Int)
    /// The decoder does not recognise the first; it crashes or hangs on the second.
    case noPicture
    case crashesDecoder
    /// The daemon itself crashes on it.
    case crashesDaemon
    /// It cannot be read for the first ten minutes.
    case unreadable
    /// It shows the object.
    case object
  }

  var hardNegatives: Int {
    switch kind {
    case .picture(let count), .slow(let count): count
    default: 1
    }
  }
}

/// What can go wrong with the machine for a while.
package enum Fault: Int, CaseIterable, Sendable {
  case diskFull, ledgerLocked, inboxGone, inboxUnreadable, readOnlyInbox, noDecoder, sealLocked
  case sealBroken, reportBroken, metricsBroken, trainingBroken, slow, unwatched, watchRefused
}

/// The editions of the settings file.
package enum SettingsEdition: Int, CaseIterable, Sendable {
  case plain, telling, otherFeatures, low, wrong
}
