import Corpus
import Detection
import Digest
import Durable
import Foundation
import MiningSupport
import Settings
import SystemPackage
import TestSupport
import Testing
import World

@testable import Inbox
@testable import Mining
@testable import Training
@testable import Verification

@Suite struct `Verifying what was mined` {
  /// What is left to do after the repair of a feature file that was lost.
  private static let extracting = Finding.Remedy.advice("`misfire extract` makes them again")

  @Test(arguments: [nil, 5000])
  func `rebuilds a feature file from the kept pictures, byte for byte`(truncatedTo: Int?) throws {
    try withTrainedMiner { miner, dataset in
      try miner.makeFolders()
      for number in 1...8 {
        let name = "scene-000\(number).jpg"
        try FileManager.default.copyItem(
          atPath: dataset.drops.appending(name).string,
          toPath: miner.setup.folders.inbox.appending(name).string)
      }
      let files = try Inbox(folder: miner.setup.folders.inbox).listing().files
      _ = try miner.mineInbox(Array(files[..<3]))
      try miner.seal()
      _ = try miner.mineInbox(Array(files[3...]))
      try miner.seal()
      let setup = miner.setup
      let verification = try Verification(of: setup)
      #expect(try verification.findings() == [])
      #expect(try verification.repair(with: setup) == nil)

      let path = setup.files.features.string
      let copy = dataset.folder.appending("copy.hdf5").string
      try FileManager.default.copyItem(atPath: path, toPath: copy)
      if let truncatedTo {
        try FileHandle(forWritingTo: URL(filePath: path)).truncate(atOffset: UInt64(truncatedTo))
      } else {
        try FileManager.default.removeItem(atPath: path)
      }
      #expect(try verification.findings().count { $0.remedy == .rebuilding } == 1)
      let rebuilt = try #require(try verification.repair(with: setup))
      #expect(try rebuilt.hardNegatives == miner.status().hardNegatives.total)
      #expect(rebuilt.hardNegatives > 10 && rebuilt.lost.isEmpty)
      #expect(try verification.findings().map(\.remedy) == [Self.extracting])
      let same = try Python.run(
        """
        import h5py, sys
        a, b = (h5py.File(path, "r") for path in sys.argv[1:])
        for name in ["hard_negatives", "hard_negatives_probability"]:
            print(a[name][:].tobytes() == b[name][:].tobytes())
        """, [path, copy])
      #expect(same == "True\nTrue\n")
    }
  }

  @Test func `finds the place of a picture that was moved just before a crash`() throws {
    try withTrainedMiner { miner, dataset in
      let content = try Data(contentsOf: URL(filePath: dataset.drops.string + "/scene-0001.jpg"))
      let ledger = try Ledger(miner.setup.files.ledger)
      let (sha256, moved) = try movedUnrecorded(
        content, "scene-0001.jpg", as: "scene-0001~2.jpg", by: miner, ledger)
      #expect(try ledger.picture(sha256)?.kept == nil)
      let restarted = try Miner(setup: miner.setup)
      #expect(try ledger.picture(sha256)?.kept == nil)
      try restarted.recover()
      #expect(try ledger.picture(sha256)?.kept == moved)
    }
  }

  @Test func `passes over what cannot be read while it looks for places`() throws {
    try withTrainedMiner { miner, _ in
      let ledger = try Ledger(miner.setup.files.ledger)
      let (sha256, moved) = try movedUnrecorded(
        Data("picture".utf8), "mem", as: "mem", by: miner, ledger)
      // A process's memory is a regular file that cannot be read from start to end.
      try ledger.findPlaces(in: ["/proc/self", miner.setup.folders.mined])
      #expect(try ledger.picture(sha256)?.kept == moved)
    }
  }

  @Test func `looks at every kept picture, and says what can be done about each`() throws {
    try withTrainedMiner(["hn_validation_share": 0.5]) { miner, dataset in
      try miner.makeFolders()
      let setup = miner.setup
      for number in 1...8 {
        let name = "scene-000\(number).jpg"
        try FileManager.default.copyItem(
          atPath: dataset.drops.appending(name).string,
          toPath: setup.folders.inbox.appending(name).string)
      }
      try Data("text".utf8).write(to: URL(filePath: setup.folders.inbox.string + "/text.jpg"))
      _ = try miner.mineInbox(Inbox(folder: setup.folders.inbox).listing().files)
      let verification = try Verification(of: setup)
      #expect(try verification.pictureFindings(setup) == [])

      let ledger = verification.ledger
      let heldOut = try #require(ledger.pictures(.heldOut).first?.kept)
      let mined = try #require(ledger.pictures(.mined).first { $0.hardNegatives > 0 }?.kept)
      let quarantined = try #require(ledger.pictures(.quarantined).first?.kept)
      try FileManager.default.removeItem(atPath: heldOut.string)
      for overwritten in [mined, quarantined] {
        try Data("another".utf8).write(to: URL(filePath: overwritten.string))
      }
      let findings = try verification.pictureFindings(setup).map(\.description)
      #expect(
        findings == [
          """
          \(mined): it is a different picture from the one that was mined; restore that one
          """,
          """
          \(heldOut): the picture is gone; put it back, or `misfire forget` it: without it there are fewer pictures to measure \
          detectors with
          """,
          """
          \(quarantined): it is a different picture from the one that was quarantined; restore that one, or \
          move it away
          """,
        ])
      try FileManager.default.removeItem(atPath: quarantined.string)
      #expect(try verification.pictureFindings(setup).count == 2)
    }
  }

  @Test func `tells pictures that the next start finds from those that are gone`() throws {
    try withTrainedMiner { miner, _ in
      try miner.makeFolders()
      let setup = miner.setup
      let verification = try Verification(of: setup)
      for name: FilePath.Component in ["here.jpg", "gone.jpg"] {
        try verification.ledger.acknowledge([
          AcknowledgedPicture(
            sha256: SHA256Digest(of: Array(name.string.utf8)), name: name, generation: 1,
            windows: 9,
            hardNegatives: [
              HardNegative(
                box: Box(x0: 0, y0: 0, x1: 96, y1: 32), layer: 0, margin: 1, probability: 0.9)
            ],
            features: [Float](repeating: 0, count: setup.hog.featureCount),
            hog: setup.hog)
        ])
      }
      try Data("here.jpg".utf8).write(to: URL(filePath: setup.folders.inbox.string + "/here.jpg"))
      let findings = try verification.pictureFindings(setup)
      #expect(findings.map(\.path) == ["here.jpg", "gone.jpg"])
      #expect(findings.first?.remedy == .recovery)
      #expect(findings.last?.description.contains("drop it in again") == true)
    }
  }

  @Test func `gives up no hard negatives unasked`() throws {
    try withTrainedMiner { miner, dataset in
      try drop(1...3, of: dataset, into: miner)
      try miner.seal()
      let setup = miner.setup
      let before = try miner.status().hardNegatives.total
      try FileManager.default.removeItem(atPath: setup.files.features.string)
      let (mined, away) = (setup.folders.mined, dataset.folder.appending("away"))
      try FileManager.default.moveItem(atPath: mined.string, toPath: away.string)
      let verification = try Verification(of: setup)
      let error = #expect(throws: PicturesMissing.self) { try verification.repair(with: setup) }
      #expect(error?.description.contains(mined.appending("scene-000").string) == true)
      #expect(error?.description.contains("their \(before) hard negatives") == true)
      #expect(try miner.status().hardNegatives.total == before)

      // They are found by their content in their current place.
      let moved = try Setup.load(writeSettings(dataset, ["hn_mined": "away"]))
      #expect(try Verification(of: moved).repair(with: moved)?.hardNegatives == before)
      #expect(try verification.findings().map(\.remedy) == [Self.extracting])

      try FileManager.default.removeItem(atPath: moved.files.features.string)
      try FileManager.default.removeItem(atPath: away.appending("scene-0002.jpg").string)
      #expect(throws: PicturesMissing.self) { try Verification(of: moved).repair(with: moved) }
      let rebuilt = try Verification(of: moved).repair(with: moved, isForgetting: true)
      #expect(rebuilt?.lost.map(\.name) == ["scene-0002.jpg"])
      #expect(try verification.findings().map(\.remedy) == [Self.extracting])
    }
  }

  @Test(arguments: [false, true])
  func `gives up no hard negatives of a picture that vanishes meanwhile`(isForgetting: Bool) throws
  {
    try withTrainedMiner { miner, dataset in
      try drop(1...3, of: dataset, into: miner)
      try miner.seal()
      let setup = miner.setup
      let before = try miner.status().hardNegatives.total
      func kept(_ name: String) -> String { setup.folders.mined.appending(name).string }
      if isForgetting { try FileManager.default.removeItem(atPath: kept("scene-0003.jpg")) }
      // An unreadable file is moved aside after the pictures have been looked for, and before they are read.
      try Data("damaged".utf8).write(to: URL(filePath: setup.files.features.string))
      let vanishing = kept("scene-0002.jpg")
      let disk = FailingDisk { operation in
        if case .rename = operation { try? FileManager.default.removeItem(atPath: vanishing) }
        return false
      }
      let verification = try Verification(of: setup)
      let error = #expect(throws: PicturesMissing.self) {
        try Durable.$disk.withValue(disk) {
          try verification.repair(with: setup, isForgetting: isForgetting)
        }
      }
      #expect(error?.pictures.map(\.name) == ["scene-0002.jpg"])
      #expect(try miner.status().hardNegatives.total == before)

      let rebuilt = try verification.repair(with: setup, isForgetting: true)
      #expect(rebuilt?.lost.map(\.name).contains("scene-0002.jpg") == true)
      #expect(try verification.findings().map(\.remedy) == [Self.extracting])
    }
  }

  @Test func `does not repair beside a daemon`() throws {
    try withTrainedMiner { miner, _ in
      let lock = try StateLock(miner.setup.files.ledger)
      try withExtendedLifetime(lock) {
        let verification = try Verification(of: miner.setup)
        // Another process would be refused. To the kernel, a lock of this process counts as another's too.
        _ = #expect(throws: SecondDaemon.self) { try verification.repair(with: miner.setup) }
      }
    }
  }

  @Test func `looks only at files that are no other picture's`() throws {
    try withTrainedMiner { miner, dataset in
      try drop(1...3, of: dataset, into: miner)
      let ledger = try Ledger(miner.setup.files.ledger)
      let known = try #require(try ledger.pictures(.mined).first)
      let content = try Data(contentsOf: URL(filePath: dataset.drops.string + "/scene-0005.jpg"))
      let (sha256, moved) = try movedUnrecorded(
        content, "scene-0001~7.jpg", as: "scene-0001~7~2.jpg", by: miner, ledger)
      #expect(try ledger.places().contains(known.kept!))
      try ledger.findPlaces(in: [miner.setup.folders.mined])
      #expect(try ledger.picture(sha256)?.kept == moved)
      #expect(try ledger.picture(known.sha256)?.kept == known.kept)
    }
  }

  private func drop(_ numbers: ClosedRange<Int>, of dataset: DrawnDataset, into miner: Miner) throws
  {
    try miner.makeFolders()
    for number in numbers {
      let name = FilePath.Component("scene-000\(number).jpg")!
      try copy(dataset.drops.appending(name), to: miner.setup.folders.inbox.appending(name))
    }
    _ = try miner.mineInbox(Inbox(folder: miner.setup.folders.inbox).listing().files)
  }

  @Test func `finds files that nobody mined among those that were`() throws {
    try withTrainedMiner { miner, dataset in
      try miner.makeFolders()
      let setup = miner.setup
      let (drop, another) = (
        dataset.drops.appending("scene-0001.jpg"), dataset.drops.appending("scene-0002.jpg")
      )
      // Dropped in twice, it is there twice, which is not a fault.
      for name: FilePath.Component in ["once.jpg", "twice.jpg"] {
        try copy(drop, to: setup.folders.inbox.appending(name))
        _ = try miner.mineInbox(Inbox(folder: setup.folders.inbox).listing().files)
      }
      try copy(drop, to: setup.folders.quarantine.appending("refused.jpg"))
      try Data("why".utf8).write(
        to: URL(filePath: setup.folders.quarantine.string + "/refused.jpg.reason.txt"))
      try Data("half".utf8).write(
        to: URL(filePath: setup.folders.mined.string + "/other.jpg.draft"))
      let verification = try Verification(of: setup)
      #expect(try verification.pictureFindings(setup) == [])

      let strangers = [
        setup.folders.mined.appending("by hand.jpg"),
        setup.folders.quarantine.appending("by hand.jpg"),
      ]
      for stranger in strangers { try copy(another, to: stranger) }
      let findings = try verification.pictureFindings(setup)
      #expect(findings.map(\.path) == strangers)
      #expect(
        findings.first?.description
          == "\(strangers[0]): this file is not in the ledger; move it into "
          + "\(setup.folders.inbox) to mine it, or move it elsewhere")
    }
  }

  private func copy(_ file: FilePath, to path: FilePath) throws {
    try FileManager.default.copyItem(atPath: file.string, toPath: path.string)
  }

  @Test(arguments: [("orientations", 8 as any Sendable), ("normalize", false)])
  func `leads out of changed settings, with hard negatives that were not sealed`(
    key: String, value: any Sendable
  ) throws {
    try withTrainedMiner { miner, dataset in
      _ = try miner.mine((1...8).map { dataset.drops.appending("scene-000\($0).jpg") })
      let waiting = try miner.status().hardNegatives.unsealed
      #expect(waiting > 0)
      let changed = try Setup.load(writeSettings(dataset, [key: value]))
      try FileManager.default.removeItem(atPath: changed.files.features.string)
      _ = try Extraction(changed).run()
      #expect(throws: FeatureFileError.self) { try Miner(setup: changed).train() }

      let verification = try Verification(of: changed)
      let made = try #require(try verification.repair(with: changed))
      #expect(made.hardNegatives == waiting && made.lost.isEmpty)
      #expect(try Miner(setup: changed).train(isForced: true).hardNegatives == waiting)
      #expect(
        try verification.findings().filter { $0.path != verification.models.path(of: 1) } == [])
    }
  }

  /// The state when the power fails between moving a mined picture and recording its new place.
  private func movedUnrecorded(
    _ content: Data, _ name: FilePath.Component, as movedName: FilePath.Component, by miner: Miner,
    _ ledger: Ledger
  ) throws -> (sha256: SHA256Digest, moved: FilePath) {
    let sha256 = SHA256Digest(of: Array(content))
    try ledger.acknowledge([
      AcknowledgedPicture(sha256: sha256, name: name, generation: 1, windows: 9)
    ])
    try miner.makeFolders()
    let moved = miner.setup.folders.mined.appending(movedName)
    try content.write(to: URL(filePath: moved.string))
    return (sha256, moved)
  }
}
