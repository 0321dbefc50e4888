import Detection
import Durable
import Foundation
import GRDB
import SystemPackage
import TestSupport
import Testing

@testable import Corpus

/// A corpus with two kept pictures, hard negatives sealed in two batches, and two generations.
private struct Sound {
  let place: Place
  let ledger: Ledger
  let pictures = [
    picture("a", probabilities: [0.5, 0.75], hog: smallHOG),
    picture("b", probabilities: [0.25, 0.875, 0.75], hog: smallHOG),
  ]

  init(_ folder: FilePath) throws {
    place = try Place(folder, for: smallHOG)
    ledger = try place.ledger()
    try place.features.writeFeatures(
      LabelledRows(
        labels: [1, -1], features: (0..<72).map { Float($0) }, featureCount: smallHOG.featureCount))
    for picture in pictures {
      let kept = place.files.appending(picture.name)
      try Durable.write("picture".utf8, to: kept)
      try ledger.acknowledge([picture])
      try ledger.recordKept([(picture.sha256, kept)])
      try place.features.seal(ledger)
    }
    for number in 1...2 {
      try place.models.publish(model(number, seed: number), training(number), in: ledger)
    }
  }

  var findings: [String] {
    get throws {
      try Verification(
        ledger: ledger, features: place.features, models: place.models
      ).findings().map(\.description)
    }
  }

  /// The features of boxes in a picture, as mining computed them.
  func describe(_ picture: PictureRecord, _ boxes: [Box]) throws -> [Float] {
    let picture = try #require(pictures.first { $0.sha256 == picture.sha256 })
    return boxes.flatMap { box -> ArraySlice<Float> in
      let index = picture.hardNegatives.firstIndex { $0.box == box }!
      return picture.features[(index * 36)..<((index + 1) * 36)]
    }
  }

  func bytes() -> Data? {
    FileManager.default.contents(atPath: place.features.path.string)
  }

  /// Runs SQL behind the ledger's back.
  func execute(_ sql: String) throws {
    try DatabaseQueue(path: place.ledgerPath.string).write { try $0.execute(sql: sql) }
  }
}

@Suite struct `Verifying` {
  /// What remains to be done when a file that was lost has been rebuilt.
  private static let lost = [
    "it no longer has the features that generation 2 was trained on; `misfire extract` makes them again"
  ]

  @Test func `finds nothing where all is well`() throws {
    try withTemporaryFolder { folder in
      let sound = try Sound(folder)
      #expect(try sound.findings == [])
      try sound.ledger.acknowledge([picture("c", probabilities: [0.5], hog: smallHOG)])
      try sound.ledger.recordKept([(digest("c"), sound.place.features.path)])
      #expect(try sound.findings == [])
    }
  }

  @Test(arguments: [
    ("del f['hard_negatives']", "it has 0 sealed hard negatives, but the ledger has 5"),
    ("f['hard_negatives_probability'][2] = 0.1", "its row 2 is not the hard negative"),
    ("f['hard_negatives'][1, 0] = 1", "its row 1 is not the hard negative"),
    ("f['hard_negatives'][4, 7] = float('nan')", "row 4 of hard_negatives, column 7, is nan"),
    ("f['hard_negatives'][3, 7] = 0.123", "row 3 of hard_negatives is not what was written"),
  ])
  func `finds what is wrong with the rows, and rebuilds them byte for byte`(
    damage: String, problem: String
  ) throws {
    try withTemporaryFolder { folder in
      let sound = try Sound(folder)
      let before = sound.bytes()
      _ = try Python.run(
        "import h5py, sys\nwith h5py.File(sys.argv[1], 'r+') as f: \(damage)",
        [sound.place.features.path.string])
      let findings = try sound.findings
      #expect(findings.count == 1)
      #expect(findings.first?.contains(problem) == true)
      #expect(findings.first?.contains("--repair") == true)
      let rebuilt = try sound.place.features.rebuildHardNegatives(
        from: sound.ledger, describe: sound.describe)
      #expect(rebuilt.hardNegatives == 5 && rebuilt.lost.isEmpty)
      #expect(sound.bytes() == before)
      #expect(try sound.findings == [])
    }
  }

  /// Another release of a codec may decode the pictures to other pixels.
  @Test func `takes the rows that it rebuilt for the right ones`() throws {
    try withTemporaryFolder { folder in
      let sound = try Sound(folder)
      let before = sound.bytes()
      _ = try sound.place.features.rebuildHardNegatives(from: sound.ledger) {
        try sound.describe($0, $1).map { $0 / 2 }
      }
      #expect(sound.bytes() != before)
      #expect(try sound.findings == [])
    }
  }

  @Test(arguments: [nil, "damaged"])
  func `rebuilds the hard negatives of a file that is gone or unreadable`(content: String?) throws {
    try withTemporaryFolder { folder in
      let sound = try Sound(folder)
      let path = sound.place.features.path
      let rows = try sound.place.features.trainingRows().features(2..<7)
      try FileManager.default.removeItem(atPath: path.string)
      if let content { try Durable.write(content.utf8, to: path) }
      #expect(try sound.findings.count { $0.contains("--repair") } == 1)
      _ = try sound.place.features.rebuildHardNegatives(
        from: sound.ledger, describe: sound.describe)
      #expect(try sound.findings == Self.lost.map { "\(path): \($0)" })
      // The unreadable file still exists, under another name.
      let aside = FileManager.default.contents(
        atPath: sound.place.files.appending("features~2.hdf5").string)
      #expect(aside == content.map { Data($0.utf8) })

      try sound.place.features.writeFeatures(
        LabelledRows(
          labels: [1, -1], features: (0..<72).map { Float($0) }, featureCount: 36))
      #expect(
        try sound.place.features.trainingRows().features(2..<7) == rows)
      #expect(try sound.place.features.seal(sound.ledger) == 0)
    }
  }

  @Test func `gives up the hard negatives of pictures that are gone`() throws {
    try withTemporaryFolder { folder in
      let sound = try Sound(folder)
      try FileManager.default.removeItem(atPath: sound.place.features.path.string)
      let gone = try #require(try sound.ledger.picture(digest("a")))
      let rebuilt = try sound.place.features.rebuildHardNegatives(
        from: sound.ledger, givingUp: [gone.id], describe: sound.describe)
      #expect(rebuilt.hardNegatives == 3 && rebuilt.lost.map(\.name) == ["a"])
      #expect(try sound.place.features.hardNegativeProbabilities() == [0.875, 0.75, 0.25])
      #expect(try sound.ledger.counts().hardNegatives == 3)
      #expect(try sound.findings == Self.lost.map { "\(sound.place.features.path): \($0)" })
      // The next training does not wait for the lost hard negatives to be found again.
      try sound.ledger.acknowledge([picture("c", probabilities: [0.5], hog: smallHOG)])
      #expect(try sound.ledger.counts().sinceTraining == 1)
    }
  }

  @Test func `gives up nothing where another picture cannot be described`() throws {
    try withTemporaryFolder { folder in
      let sound = try Sound(folder)
      try FileManager.default.removeItem(atPath: sound.place.features.path.string)
      let gone = try #require(try sound.ledger.picture(digest("a")))
      struct Vanished: Error {}
      #expect(throws: Vanished.self) {
        try sound.place.features.rebuildHardNegatives(from: sound.ledger, givingUp: [gone.id]) {
          _, _ in throw Vanished()
        }
      }
      #expect(sound.bytes() == nil)
      #expect(try sound.ledger.counts().sealed == 5 && sound.ledger.counts().leaving == 0)
    }
  }

  @Test func `finds hard negatives that other settings made and that wait to be sealed`() throws {
    try withTemporaryFolder { folder in
      let sound = try Sound(folder)
      try sound.ledger.acknowledge([
        picture("c", probabilities: [0.5, 0.25], hog: hog(orientations: 7))
      ])
      let findings = try sound.findings
      #expect(findings.count == 1)
      #expect(findings.first?.contains("2 hard negatives that wait in it were made") == true)
      #expect(findings.first?.contains("`misfire verify --repair`") == true)
    }
  }

  /// A file with others' data in it is copied before its rows are replaced, with all its attributes.
  @Test(arguments: [false, true])
  func `keeps the rows of a ledger that is lost, as having come with the file`(isForeign: Bool)
    throws
  {
    try withTemporaryFolder { folder in
      let sound = try Sound(folder)
      let file = sound.place.features
      if isForeign {
        _ = try Python.run(
          "import h5py, sys\nwith h5py.File(sys.argv[1], 'r+') as f: f.attrs['note'] = 'mine'",
          [file.path.string])
      }
      let (rows, probabilities) = try (
        file.trainingRows().features(2..<7), file.hardNegativeProbabilities()
      )
      let ledger = try Ledger(folder.appending("another.sqlite"))
      try ledger.acknowledge([picture("c", probabilities: [0.625], hog: smallHOG)])
      #expect(throws: FeatureFileError.self) { try file.seal(ledger) }
      let verification = Verification(ledger: ledger, features: file, models: sound.place.models)
      #expect(try verification.findings().contains { $0.remedy == .rebuilding })

      let rebuilt = try file.rebuildHardNegatives(from: ledger, describe: sound.describe)
      #expect(rebuilt.hardNegatives == 0)
      #expect(try file.seal(ledger) == 1)
      #expect(try file.hardNegativeProbabilities() == probabilities + [0.625])
      #expect(try file.trainingRows().features(2..<7) == rows)
      #expect(try verification.findings().filter { $0.path == file.path } == [])
    }
  }

  @Test func `takes no rows for its own that a later state of the ledger sealed`() throws {
    try withTemporaryFolder { folder in
      let sound = try Sound(folder)
      let backup = folder.appending("backup.sqlite")
      try DatabaseQueue(path: sound.place.ledgerPath.string)
        .backup(to: DatabaseQueue(path: backup.string))
      try sound.ledger.acknowledge([picture("c", probabilities: [0.625, 0.5], hog: smallHOG)])
      #expect(try sound.place.features.seal(sound.ledger) == 2)

      // The same number of others, which get the same ids.
      let restored = try Ledger(backup)
      let others = picture("d", probabilities: [0.375, 0.25], hog: smallHOG)
      try restored.acknowledge([others])
      let file = sound.place.features
      #expect(throws: FeatureFileError.self) { try file.seal(restored) }
      let verification = Verification(ledger: restored, features: file, models: sound.place.models)
      #expect(try verification.findings().map(\.remedy) == [.rebuilding])
      #expect(try restored.counts().unsealed == 2)

      _ = try file.rebuildHardNegatives(from: restored, describe: sound.describe)
      #expect(try file.seal(restored) == 2)
      #expect(
        try file.hardNegativeProbabilities()
          == [0.625, 0.5, 0.75, 0.5, 0.875, 0.75, 0.25, 0.375, 0.25])
      #expect(try verification.findings() == [])
    }
  }

  @Test func `rebuilds a file that came with more rows than the one before`() throws {
    try withTemporaryFolder { folder in
      let sound = try Sound(folder)
      let path = sound.place.features.path.string
      _ = try Python.run(
        """
        import h5py, numpy, sys
        with h5py.File(sys.argv[1], "w") as f: f["hard_negatives"] = numpy.full((3, 37), -1.0)
        """, [path])
      let rebuilt = try sound.place.features.rebuildHardNegatives(
        from: sound.ledger, describe: sound.describe)
      #expect(rebuilt.hardNegatives == 5)
      #expect(try sound.findings == Self.lost.map { "\(path): \($0)" })
      #expect(
        try sound.place.features.hardNegativeProbabilities().suffix(5)
          == [0.75, 0.5, 0.875, 0.75, 0.25])
    }
  }

  @Test func `rebuilds the rows that an older file put back lacks`() throws {
    try withTemporaryFolder { folder in
      let sound = try Sound(folder)
      let older = sound.bytes()
      let late = picture("c", probabilities: [0.625, 0.375], hog: smallHOG)
      let kept = sound.place.files.appending("c")
      try Durable.write("picture".utf8, to: kept)
      try sound.ledger.acknowledge([late])
      try sound.ledger.recordKept([(late.sha256, kept)])
      try sound.place.features.seal(sound.ledger)
      let latest = sound.bytes()
      try older?.write(to: URL(filePath: sound.place.features.path.string))
      #expect(
        try sound.findings.first?.contains("it has 5 sealed hard negatives, but the ledger has 7")
          == true)
      let rebuilt = try sound.place.features.rebuildHardNegatives(from: sound.ledger) {
        $0.sha256 == late.sha256 ? late.features : try sound.describe($0, $1)
      }
      #expect(rebuilt.hardNegatives == 7)
      #expect(sound.bytes() == latest)
      #expect(try sound.findings == [])
    }
  }

  /// All rows of an exported file came with it, as far as it says.
  @Test func `has no row twice after an exported file was put back`() throws {
    try withTemporaryFolder { folder in
      let sound = try Sound(folder)
      let file = sound.place.features
      let rows = try file.trainingRows().features(2..<7)
      let exported = folder.appending("exported.hdf5")
      _ = try file.export(to: exported, as: .anything)
      // Another's row, as probable as one of the ledger's.
      _ = try Python.run(
        """
        import h5py, numpy, sys
        with h5py.File(sys.argv[1], "r+") as f:
            for name, row in ("hard_negatives", numpy.full((1, 37), -1)), ("hard_negatives_probability", [0.75]):
                whole = numpy.concatenate([f[name][:], row])
                del f[name]
                f[name] = whole.astype("f4" if whole.ndim == 2 else "f8")
        """, [exported.string])
      try FileManager.default.removeItem(atPath: file.path.string)
      try FileManager.default.copyItem(atPath: exported.string, toPath: file.path.string)
      #expect(try sound.findings.count == 1)
      let rebuilt = try file.rebuildHardNegatives(from: sound.ledger, describe: sound.describe)
      #expect(rebuilt.hardNegatives == 5)
      #expect(
        try file.hardNegativeProbabilities() == [0.75, 0.75, 0.5, 0.875, 0.75, 0.25])
      #expect(try file.trainingRows().features(2..<3) == [Float](repeating: -1, count: 36))
      #expect(try file.trainingRows().features(3..<8) == rows)
      #expect(try sound.findings == [])
    }
  }

  @Test func `keeps hard negatives that came with the file first`() throws {
    try withTemporaryFolder { folder in
      let place = try Place(folder, for: smallHOG)
      let ledger = try place.ledger()
      _ = try Python.run(
        """
        import h5py, numpy, sys
        with h5py.File(sys.argv[1], "w") as f: f["hard_negatives"] = numpy.full((2, 37), -1.0)
        """, [place.features.path.string])
      let one = picture("a", probabilities: [0.5, 0.75], hog: smallHOG)
      try ledger.acknowledge([one])
      try ledger.recordKept([(one.sha256, place.features.path)])
      try place.features.seal(ledger)
      let before = try place.features.hardNegativeProbabilities().map(\.description)
      _ = try place.features.rebuildHardNegatives(from: ledger) { _, boxes in
        [Float](repeating: 1, count: 36 * boxes.count)
      }
      #expect(
        try place.features.hardNegativeProbabilities().map(\.description) == before)
      #expect(before == ["nan", "nan", "0.75", "0.5"])
    }
  }

  @Test(arguments: [
    ("UPDATE counts SET value = 7 WHERE name = 'mined'", "its counts do not match its contents"),
    ("UPDATE counts SET value = 0 WHERE name = 'kept'", "its counts do not match its contents"),
    ("UPDATE images SET hard_negatives = 1 WHERE id = 1", "the number of hard negatives"),
    ("INSERT INTO features VALUES (1, x'00000000', 0)", "features are missing, or remain"),
    ("UPDATE hard_negatives SET row = NULL WHERE id = 1", "features are missing"),
  ])
  func `finds a ledger that contradicts itself`(sql: String, problem: String) throws {
    try withTemporaryFolder { folder in
      let sound = try Sound(folder)
      try sound.execute(sql)
      #expect(try sound.findings.contains { $0.contains(problem) })
    }
  }

  @Test func `finds models that are missing, damaged or not the ones recorded`() throws {
    try withTemporaryFolder { folder in
      let sound = try Sound(folder)
      let models = sound.place.models
      try Durable.write("damaged".utf8, to: models.path(of: 1))
      try model(nil).write(to: models.classifier)
      let findings = try sound.findings
      #expect(findings.count == 2)
      #expect(findings[0].hasPrefix("\(models.path(of: 1)): "))
      #expect(findings[1].contains("it is a model made by hand, but generation"))
      try FileManager.default.removeItem(atPath: models.classifier.string)
      #expect(try sound.findings[1].contains("it is missing, but generation"))
    }
  }

  @Test func `advises what helps against a live model that cannot be used`() throws {
    try withTemporaryFolder { folder in
      let sound = try Sound(folder)
      let models = sound.place.models
      try FileManager.default.removeItem(atPath: models.classifier.string)
      let advice = "; `misfire verify --repair` or the next start restores that one"
      #expect(try sound.findings[0].hasSuffix(advice))
      #expect(try models.restore(for: smallHOG, in: sound.ledger) == 2)
      #expect(try sound.findings == [])

      try model(7).write(to: models.classifier)
      #expect(try sound.findings[0].hasSuffix("; `misfire models pin 2` restores that one"))
      #expect(try models.pin(2, for: smallHOG, in: sound.ledger) == 2)
      #expect(try sound.findings == [])

      try Durable.write("damaged".utf8, to: models.classifier)
      #expect(try sound.findings[0].hasSuffix(advice))
      #expect(try models.restore(for: smallHOG, in: sound.ledger) == 2)
      #expect(try sound.findings == [])

      try Durable.write("damaged".utf8, to: models.classifier)
      try Durable.write("damaged".utf8, to: models.path(of: 2))
      let findings = try sound.findings
      #expect(findings.count == 2)
      #expect(findings[0].hasPrefix("\(models.path(of: 2)): cannot open the HDF5 file: "))
      #expect(findings[0].hasSuffix("; generation 2 can no longer be made live again"))
      let refusal = "it cannot be used (cannot open the HDF5 file: "
      #expect(findings[1].hasPrefix("\(models.classifier): \(refusal)"))
      #expect(findings[1].contains("that one cannot be used either: `misfire train` makes"))
    }
  }

  @Test func `sends nobody to models that were made for other settings`() throws {
    try withTemporaryFolder { folder in
      let sound = try Sound(folder)
      let features = FeatureFile(sound.place.features.path, for: hog(blockNorm: .l2))
      let findings = try Verification(
        ledger: sound.ledger, features: features, models: sound.place.models
      ).findings().map(\.description)
      #expect(
        findings[0].hasPrefix(
          #"\#(features.path): features were made with block_norm "L1", but the settings say "L2"; use"#
        )
      )
      // Other generations' models are sound: `verify` used to complain of them for ever.
      #expect(findings.count == 2)
      #expect(findings[1].contains("that one cannot be used either"))
      #expect(!findings[1...].contains { $0.contains("models pin") || $0.contains("--repair") })
    }
  }

  @Test func `tells what the next start finishes`() throws {
    try withTemporaryFolder { folder in
      let sound = try Sound(folder)
      try sound.ledger.acknowledge([picture("c", probabilities: [0.5], hog: smallHOG)])
      let disk = FailingDisk { $0 == .synchronize(sound.place.files) }
      #expect(throws: DurableError.self) {
        try Durable.$disk.withValue(disk) { try sound.place.features.seal(sound.ledger) }
      }
      let findings = try sound.findings
      #expect(findings.count == 1)
      #expect(findings.first?.hasSuffix("; the next start finishes it") == true)
    }
  }
}
