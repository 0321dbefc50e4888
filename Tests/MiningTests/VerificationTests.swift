import Corpus
import Detection
import Digest
import Foundation
import Settings
import SystemPackage
import TestSupport
import Testing

@testable import Mining

@Suite struct `Verifying what was mined` {
  @Test(arguments: [nil, 5000])
  func `rebuilds a feature file from the kept pictures, byte for byte`(truncatedTo: Int?) throws {
    try withTrainedMiner { miner, dataset in
      try miner.makeFolders()
      for number in 1...8 {
        let name = "scene-000\(number).jpg"
        try FileManager.default.copyItem(
          atPath: dataset.drops.appending(name).string,
          toPath: miner.settings.hnInbox.appending(name).string)
      }
      let files = try Inbox(folder: miner.settings.hnInbox).listing().files
      _ = try miner.mineInbox(Array(files[..<3]))
      try miner.seal()
      _ = try miner.mineInbox(Array(files[3...]))
      try miner.seal()
      let settings = miner.settings
      let verification = try Verification(of: settings)
      #expect(try verification.findings() == [])
      #expect(try verification.repair(settings) == nil)

      let path = settings.featuresPath.string
      let copy = dataset.folder.appending("copy.hdf5").string
      try FileManager.default.copyItem(atPath: path, toPath: copy)
      if let truncatedTo {
        try FileHandle(forWritingTo: URL(filePath: path)).truncate(atOffset: UInt64(truncatedTo))
      } else {
        try FileManager.default.removeItem(atPath: path)
      }
      #expect(try verification.findings().map(\.remedy) == [.rebuilding])
      let rebuilt = try #require(try verification.repair(settings))
      #expect(try rebuilt.hardNegatives == miner.status().hardNegatives.total)
      #expect(rebuilt.hardNegatives > 10 && rebuilt.lost.isEmpty)
      #expect(try verification.findings() == [])
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
      // What is there when the power goes between moving and recording.
      let content = try Data(contentsOf: URL(filePath: dataset.drops.string + "/scene-0001.jpg"))
      let sha256 = SHA256Digest(of: Array(content))
      let ledger = try Ledger(miner.settings.statePath)
      try ledger.acknowledge([
        AcknowledgedPicture(sha256: sha256, name: "scene-0001.jpg", generation: 1, windows: 9)
      ])
      try miner.makeFolders()
      let moved = miner.settings.hnMined.appending("scene-0001~2.jpg")
      try content.write(to: URL(filePath: moved.string))
      #expect(try ledger.image(sha256)?.kept == nil)
      _ = try Miner(settings: miner.settings)
      #expect(try ledger.image(sha256)?.kept == moved)
    }
  }

  @Test func `passes over what cannot be read while it looks for places`() throws {
    try withTrainedMiner { miner, _ in
      let content = Data("picture".utf8)
      let sha256 = SHA256Digest(of: Array(content))
      let ledger = try Ledger(miner.settings.statePath)
      try ledger.acknowledge([
        AcknowledgedPicture(sha256: sha256, name: "mem", generation: 1, windows: 9)
      ])
      try miner.makeFolders()
      let moved = miner.settings.hnMined.appending("mem")
      try content.write(to: URL(filePath: moved.string))
      // A process's memory is a regular file that nobody can read from its start to its end.
      try ledger.findPlaces(in: ["/proc/self", miner.settings.hnMined])
      #expect(try ledger.image(sha256)?.kept == moved)
    }
  }

}
