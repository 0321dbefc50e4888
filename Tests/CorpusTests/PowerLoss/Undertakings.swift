import Corpus
import Durable
import Foundation
import SystemPackage

extension Undertaking {
  static let all = [
    seal, growing, grownSeal, merge, grownForget, grownExtract, grownRetire, grownRepair, forget,
    retire, repair, extract, publish, rollBack,
    mine, mineAcrossDisks, quarantine,
  ]

  /// Hard negatives move from the ledger into a file that already has some.
  static let seal = Undertaking(name: "seal") { place in
    try place.features.writeFeatures(rows)
    try place.ledger().acknowledge([picture("a", probabilities: [0.5, 0.75])])
    try place.features.seal(place.ledger())
    try place.ledger().acknowledge([picture("b", probabilities: [0.25, 0.875])])
  } act: { place in
    try place.features.seal(place.ledger())
  } recover: { place, isDone in
    let ledger = try place.ledger()
    let before = try place.features.hardNegativeProbabilities()
    try Violation.check(
      [[0.75, 0.5], [0.75, 0.5, 0.875, 0.25]].contains(before), "the file holds \(before)")
    try place.features.seal(ledger)
    try ledger.acknowledge([picture("c", probabilities: [0.125])])
    try place.features.seal(ledger)
    let after = try place.features.hardNegativeProbabilities()
    try Violation.check(after == [0.75, 0.5, 0.875, 0.25, 0.125], "sealed \(after)")
    try Violation.check(try place.features.summary().rows == 2, "the features are gone")
    let counts = try ledger.counts()
    try Violation.check(counts.sealed == 5 && counts.unsealedBytes == 0, "\(counts)")
    try Violation.check(
      try ledger.hardNegatives(of: digest("b")).map(\.row) == [3, 2], "rows mixed up")
  }

  /// A picture whose hard negatives are in the file is forgotten.
  static let forget = Undertaking(name: "forget") { place in
    try place.features.writeFeatures(rows)
    let ledger = try place.ledger()
    try ledger.acknowledge([
      picture("a", probabilities: [0.5, 0.75]), picture("b", probabilities: [0.625]),
    ])
    try place.features.seal(ledger)
  } act: { place in
    let ledger = try place.ledger()
    _ = try place.features.forget(
      [ledger.picture(digest("b"))!.id], reason: "it shows the object", in: ledger)
  } recover: { place, isDone in
    let ledger = try place.ledger()
    let isForgotten = try ledger.picture(digest("b"))?.state == .forgotten
    try Violation.check(isForgotten || !isDone, "it is not forgotten")
    try place.features.seal(ledger)
    let left = try place.features.hardNegativeProbabilities()
    try Violation.check(left == (isForgotten ? [0.75, 0.5] : [0.75, 0.625, 0.5]), "left \(left)")
    try Violation.check(try place.features.summary().rows == 2, "the features are gone")
    try Violation.check(try ledger.counts().leaving == 0, "rows are still to leave")
    try Violation.check(
      try ledger.hardNegatives(of: digest("a")).map(\.row) == (isForgotten ? [1, 0] : [2, 0]),
      "rows mixed up")
  }

  /// Hard negatives that no model needs any more leave the file.
  static let retire = Undertaking(name: "retire") { place in
    try place.features.writeFeatures(rows)
    let ledger = try place.ledger()
    try ledger.acknowledge([picture("a", probabilities: [0.25, 0.75, 0.125])])
    try place.features.seal(ledger)
  } act: { place in
    _ = try place.features.retire(beyond: 2, in: place.ledger()) { [(1, judge())] }
  } recover: { place, isDone in
    let ledger = try place.ledger()
    let isRetired = try ledger.counts().retired > 0
    try Violation.check(isRetired || !isDone, "they are not retired")
    try place.features.seal(ledger)
    let left = try place.features.hardNegativeProbabilities()
    try Violation.check(left == (isRetired ? [0.75, 0.25] : [0.75, 0.25, 0.125]), "left \(left)")
    try Violation.check(try ledger.counts().leaving == 0, "rows are still to leave")
    // A later generation finds them again, and they return.
    try ledger.acknowledge([picture("a", probabilities: [0.25, 0.75, 0.125], generation: 2)])
    try place.features.seal(ledger)
    let all = try place.features.hardNegativeProbabilities()
    try Violation.check(all == [0.75, 0.25, 0.125], "found again \(all)")
    try Violation.check(try place.features.summary().rows == 2, "the features are gone")
  }

  /// The rows of a lost file are made again, without those of a picture that is gone.
  static let repair = Undertaking(name: "repair") { place in
    let ledger = try place.ledger()
    try ledger.acknowledge([
      picture("a", probabilities: [0.5, 0.75]), picture("b", probabilities: [0.625]),
    ])
    try place.features.seal(ledger)
    try FileManager.default.removeItem(atPath: place.features.path.string)
  } act: { place in
    try rebuild(place)
  } recover: { place, isDone in
    let ledger = try place.ledger()
    do {
      try place.features.seal(ledger)
    } catch let error as FeatureFileError where error.cause == .disagreesWithLedger && !isDone {
      try rebuild(place)
      try place.features.seal(ledger)
    }
    let left = try place.features.hardNegativeProbabilities()
    try Violation.check(left == [0.75, 0.5], "left \(left)")
    try Violation.check(try ledger.hardNegatives(of: digest("b")).isEmpty, "b is still there")
    try Violation.check(
      try ledger.hardNegatives(of: digest("a")).map(\.row) == [1, 0], "rows mixed up")
  }

  private static func rebuild(_ place: Place) throws {
    let ledger = try place.ledger()
    let gone = try ledger.picture(digest("b"))!.id
    _ = try place.features.rebuildHardNegatives(from: ledger, givingUp: [gone]) { _, boxes in
      boxes.flatMap { box in [Float](repeating: box.x0 == 0 ? 0.5 : 0.75, count: 3) }
    }
  }

  /// New features replace old ones.
  static let extract = Undertaking(name: "extract") { place in
    try place.features.writeFeatures(rows)
  } act: { place in
    try place.features.writeFeatures(
      LabelledRows(labels: [1], features: [7, 8, 9], featureCount: 3))
  } recover: { place, isDone in
    let found = try place.features.summary().rows
    try Violation.check(found == 1 || found == 2 && !isDone, "\(found ?? 0) rows of features")
  }

  /// One generation follows another.
  static let publish = Undertaking(name: "publish") { place in
    try place.models.publish(model(1), training(1), in: place.ledger())
  } act: { place in
    try place.models.publish(model(2, seed: 2), training(2), in: place.ledger())
  } recover: { place, isDone in
    let ledger = try place.ledger()
    try checkLive(place, ledger, mustBe: isDone ? 2 : nil)
    let isRecorded = try ledger.generation(2) != nil
    let live = try ledger.live()
    try Violation.check(live == (isRecorded ? 2 : 1), "generation \(live ?? 0) is live")
  }

  /// A person rolls back to the first of two generations.
  static let rollBack = Undertaking(name: "roll back") { place in
    try place.models.publish(model(1), training(1), in: place.ledger())
    try place.models.publish(model(2, seed: 2), training(2), in: place.ledger())
  } act: { place in
    _ = try place.models.rollBack(for: smallHOG, in: place.ledger())
  } recover: { place, isDone in
    let ledger = try place.ledger()
    try checkLive(place, ledger, mustBe: isDone ? 1 : nil)
    let pinned = try ledger.pinned()
    let live = try ledger.live()
    try Violation.check(live == (pinned ?? 2), "\(live ?? 0) is live, \(pinned ?? 0) pinned")
  }

  /// A dropped picture is acknowledged and moved. The program that dropped it synchronized nothing.
  static let mine = mining("mine", isAcrossDisks: false)
  static let mineAcrossDisks = mining("mine, onto another disk", isAcrossDisks: true)

  private static func mining(_ name: String, isAcrossDisks: Bool) -> Undertaking {
    // The dropped file's own bytes are synchronized before a failed rename shows that it must be copied.
    Undertaking(name: name, spare: isAcrossDisks ? [1] : []) { place in
      try Durable.createFolder(place.files.appending("inbox"))
    } act: { place in
      let dropped = place.files.appending("inbox/car.jpg")
      try Data("the picture".utf8).write(to: URL(filePath: dropped.string))
      let ledger = try place.ledger()
      try ledger.acknowledge([picture("car", probabilities: [0.5, 0.75])])
      let disk = isAcrossDisks ? DiskBorder(Durable.disk) : Durable.disk
      try Durable.$disk.withValue(disk) {
        let mined = place.files.appending("mined")
        try Durable.createFolder(mined)
        try ledger.recordKept([(digest("car"), Durable.move(dropped, into: mined))])
      }
    } recover: { place, isDone in
      let ledger = try place.ledger()
      let kept = FileManager.default.contents(
        atPath: place.files.appending("mined/car.jpg").string)
      let waiting = FileManager.default.contents(
        atPath: place.files.appending("inbox/car.jpg").string)
      if let record = try ledger.picture(digest("car")) {
        try Violation.check(record.hardNegatives == 2, "hard negatives are lost")
        if record.kept != nil || isDone {
          try Violation.check(kept == Data("the picture".utf8), "the kept picture is lost")
          try Violation.check(waiting == nil, "the picture is in the inbox again")
        }
        try place.features.seal(ledger)
        try Violation.check(
          try place.features.hardNegativeProbabilities() == [0.75, 0.5], "sealing them failed")
      } else {
        try Violation.check(kept == nil, "moved before it was acknowledged")
      }
    }
  }

  /// A bad picture is quarantined with the reason beside it.
  ///
  /// The reason is in the picture's folder, so one synchronization serves both.
  static let quarantine = Undertaking(name: "quarantine", spare: [2]) { place in
    try Durable.createFolder(place.files.appending("inbox"))
  } act: { place in
    let dropped = place.files.appending("inbox/bad.jpg")
    try Data("bad".utf8).write(to: URL(filePath: dropped.string))
    let ledger = try place.ledger()
    let aside = place.files.appending("quarantine")
    try Durable.createFolder(aside)
    try ledger.quarantine([(digest("bad"), "bad.jpg", "it is text")])
    let moved = try Durable.move(dropped, into: aside)
    try Durable.write("it is text\n".utf8, to: moved.sibling(".reason.txt"))
    try ledger.recordKept([(digest("bad"), moved)])
  } recover: { place, isDone in
    let ledger = try place.ledger()
    func content(_ name: String) -> String? {
      FileManager.default.contents(atPath: place.files.appending(name).string)
        .map { String(decoding: $0, as: UTF8.self) }
    }
    let waiting = content("inbox/bad.jpg")
    let aside = content("quarantine/bad.jpg")
    let reason = content("quarantine/bad.jpg.reason.txt")
    try Violation.check(reason == nil || reason == "it is text\n", "half a reason")
    let record = try ledger.picture(digest("bad"))
    try Violation.check(record != nil || aside == nil, "moved before it was recorded")
    if record?.kept != nil || isDone {
      try Violation.check(aside == "bad" && reason != nil && waiting == nil, "not put aside")
    }
  }

  private static func checkLive(_ place: Place, _ ledger: Ledger, mustBe generation: Int?) throws {
    // A process that looks before anything has recovered must find a complete model too.
    _ = try place.models.live(for: smallHOG)
    try place.models.recover(in: ledger)
    let live = try place.models.live(for: smallHOG)?.generation
    try Violation.check(
      try live == ledger.live() && (generation == nil || live == generation),
      "generation \(live ?? 0) is live")
    for number in try ledger.generations().map(\.number) {
      _ = try place.models.model(number, for: smallHOG)
    }
  }
}

private let rows = LabelledRows(labels: [1, -1], features: [1, 2, 3, 4, 5, 6], featureCount: 3)

/// A disk on which no file can be renamed from one folder to another.
private struct DiskBorder: Disk {
  let disk: any Disk

  init(_ disk: any Disk) {
    self.disk = disk
  }

  func perform(_ operation: DiskOperation) throws(DurableError) {
    if case .rename(let source, to: let target) = operation,
      source.removingLastComponent() != target.removingLastComponent()
    {
      throw DurableError(.improperLink, "rename", source)
    }
    try disk.perform(operation)
  }
}
