import Corpus
import Detection
import Digest
import Foundation
import Settings
import SystemPackage
import TestSupport
import Testing

@Suite struct `Merged shards` {
  /// One shard is killed half way and resumed, one is merged twice, and the order is random.
  @Test(arguments: [1, 3, 16])
  func `are what one machine mines, row for row`(count: Int) throws {
    try withCluster { cluster in
      let alone = try cluster.singleMachine()
      let other = try cluster.another("other")
      #expect(alone.count(.kept) > 20 && alone.count(.setAside) > 0)
      #expect(alone.pictures.values.contains { $0[0] == 0 })

      let killed = try cluster.mine(
        0, of: count,
        launcher: ["MISFIRE_FAULT_POINT=acknowledged", "SLURM_CPUS_PER_TASK=1"])
      #expect(killed.status == -9)
      for index in 0..<count {
        let result = try cluster.mine(index, of: count)
        #expect(result.status == 0, "\(result.errors)")
      }
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: cluster.shards.string)
          .count { $0.hasSuffix(".hdf5") } == count)

      var random = SeededGenerator(seed: UInt64(count))
      let order = (0..<count).shuffled(using: &random).map { cluster.shard($0, of: count).string }
      for shard in order + [order[0]] {
        let merged = try cluster.site.misfire("merge", [shard])
        #expect(merged.status == 0, "\(merged.errors)")
      }
      let rows = try MinedRows(in: cluster.site)
      #expect(rows == alone)
      #expect(try cluster.site.misfire("verify").complaints == "")

      // All at once into another ledger, and then again.
      for pass in 1...2 {
        let merged = try other.misfire("merge", ["--json", cluster.shards.string])
        #expect(merged.status == 0, "\(merged.errors)")
        let report = try #require(merged.objects().first)
        #expect(report["shards"] as? Int == count)
        #expect((report["new_pictures"] as? Int == 0) == (pass == 2))
      }
    }
  }

  @Test func `are the most confident of all, in whatever order`() throws {
    try withCluster { cluster in
      for index in 0..<3 { _ = try cluster.mine(index, of: 3) }
      let alone = try cluster.singleMachine()
      let sorted = alone.windows.filter { $0.verdict == .kept }.map(\.probability).sorted(by: >)
      for (name, order) in [("one", [0, 1, 2]), ("two", [2, 0, 1])] {
        let site = try cluster.another(name)
        let merged = try site.misfire(
          "merge", ["--most-confident", "9"] + order.map { cluster.shard($0, of: 3).string })
        #expect(merged.status == 0, "\(merged.errors)")
        let rows = try MinedRows(in: site)
        let kept = rows.windows.filter { $0.verdict == .kept }
        #expect(kept.map(\.probability).sorted(by: >) == Array(sorted.prefix(9)))
        #expect(rows.count(.setAside) == alone.count(.setAside))
        #expect(kept.isSubset(of: alone.windows))
      }
    }
  }

  @Test func `are merged although another process is merging segments`() throws {
    try withCluster { cluster in
      for index in 0..<2 { _ = try cluster.mine(index, of: 2) }
      func merge(_ index: Int) throws -> Command.Result {
        // Every seal makes a segment, and none waits for many rows.
        try cluster.site.misfire(
          "merge", [cluster.shard(index, of: 2).string],
          environment: ["MISFIRE_PLAIN_BYTES": "1"])
      }
      #expect(try merge(0).status == 0)
      let before = try cluster.site.status().hardNegatives.sealed
      let lock = try FileDescriptor.open(
        cluster.site.folder.appending("output/features.hdf5.segments.lock"), .readWrite,
        options: [.create, .closeOnExec], permissions: .ownerReadWrite)
      defer { try? lock.close() }
      #expect(flock(lock.rawValue, LOCK_EX) == 0)
      let merged = try merge(1)
      #expect(merged.status == 0, "\(merged.errors)")
      let after = try cluster.site.status().hardNegatives
      #expect(after.sealed > before && after.unsealed == 0)
      #expect(try cluster.site.misfire("verify").complaints == "")
    }
  }

  @Test func `are named where they are damaged or missing, and the rest is merged`() throws {
    try withCluster { cluster in
      for index in 0..<3 { _ = try cluster.mine(index, of: 3) }
      let alone = try cluster.singleMachine()
      let (damaged, missing) = (cluster.shard(1, of: 3), cluster.shard(2, of: 3))
      let bytes = try Data(contentsOf: URL(filePath: damaged.string))
      let kept = try Data(contentsOf: URL(filePath: missing.string))
      try bytes.prefix(bytes.count / 2).write(to: URL(filePath: damaged.string))
      try FileManager.default.removeItem(atPath: missing.string)
      let merged = try cluster.site.misfire("merge", [cluster.shards.string])
      #expect(merged.status == 1 && merged.output.contains("merged 1 shard"))
      #expect(merged.errors.contains("\(damaged)") && merged.errors.contains("\(missing)"))

      // One flipped byte in the rows, which HDF5 does not notice.
      var flipped = bytes
      flipped[bytes.count * 3 / 4] ^= 1
      try flipped.write(to: URL(filePath: damaged.string))
      try kept.write(to: URL(filePath: missing.string))
      let again = try cluster.site.misfire("merge", [cluster.shards.string])
      #expect(again.status == 1 && again.errors.contains("\(damaged): its checksum"))
      #expect(try MinedRows(in: cluster.site).windows.isStrictSubset(of: alone.windows))

      // The restarted task makes it anew.
      #expect(try cluster.mine(1, of: 3).status == 0)
      #expect(try cluster.site.misfire("merge", [cluster.shards.string]).status == 0)
      #expect(try MinedRows(in: cluster.site) == alone)
    }
  }

  /// It used to take the good copy for the damaged one, which states the same checksum.
  @Test(arguments: [[], ["--most-confident", "1000000"]])
  func `are merged although a damaged copy comes first`(options: [String]) throws {
    try withCluster(scenes: 6) { cluster in
      #expect(try cluster.mine(0, of: 1).status == 0)
      let whole = cluster.shard(0, of: 1)
      // Shards are merged in the order of their paths.
      let copy = cluster.shards.removingLastComponent().appending("copy.hdf5")
      var bytes = try Data(contentsOf: URL(filePath: whole.string))
      bytes[bytes.count * 3 / 4] ^= 1
      try bytes.write(to: URL(filePath: copy.string))
      let merged = try cluster.site.misfire("merge", options + [copy.string, whole.string])
      #expect(merged.status == 1 && merged.output.contains("merged 1 shard"))
      #expect(merged.errors.contains("\(copy): its checksum"))
      #expect(try MinedRows(in: cluster.site) == cluster.singleMachine())

      let twice = cluster.shards.removingLastComponent().appending("twice.hdf5")
      try FileManager.default.copyItem(atPath: whole.string, toPath: twice.string)
      let again = try cluster.site.misfire("merge", options + [twice.string, whole.string])
      #expect(again.status == 0 && again.output.contains("merged 1 shard"), "\(again)")
    }
  }

  /// Its checksum is right, but the ledger could not have been read again.
  @Test func `are refused where they have impossible numbers`() throws {
    try withCluster(scenes: 3) { cluster in
      let setup = try Setup.load(cluster.site.conf)
      let folder = cluster.shards.removingLastComponent()
      let (number, path) = (ShardNumber(0, of: 1)!, folder.appending("shard.hdf5"))
      let origin = ShardOrigin(
        model: "m", generation: 1, settings: [:], isChosen: true, shards: 1)
      let picture = ShardPicture(
        path: "/pictures/a.jpg", digest: SHA256Digest(of: [1]), outcome: .mined, windows: .max)
      do {
        let draft = try ShardDraft(
          folder.appending("draft"), number, origin, featureCount: setup.hog.featureCount)
        try ShardFile.write(path, number, origin, hog: setup.hog, from: draft, and: [picture])
      }
      let merged = try cluster.site.misfire("merge", [path.string])
      #expect(
        merged.status == 1
          && merged.errors.contains("\(path): pictures_numbers has impossible contents"))
      #expect(try MinedRows(in: cluster.site).pictures.isEmpty)
    }
  }

  @Test func `are looked for in no folder of impossibly many`() throws {
    try withCluster(scenes: 3) { cluster in
      #expect(try cluster.mine(0, of: 1).status == 0)
      let path = cluster.shards.appending("mining.json")
      let text = try String(contentsOfFile: path.string, encoding: .utf8)
      for count in ["-1", "0", "1000000000000000000"] {
        let changed = text.replacing("\"shards\":1", with: "\"shards\":\(count)")
        #expect(changed != text)
        try changed.write(toFile: path.string, atomically: true, encoding: .utf8)
        let merged = try cluster.site.misfire("merge", [cluster.shards.string])
        #expect(
          merged.status == 1
            && merged.errors.contains("\(path): it was not written by this release"), "\(merged)")
      }
    }
  }

  @Test func `are refused where they are of other HOG settings or several models`() throws {
    try withCluster(scenes: 4) { cluster in
      #expect(try cluster.mine(0, of: 1).status == 0)
      let other = try cluster.another("other")
      try other.change(["orientations": "8"])
      let refused = try other.misfire("merge", [cluster.shards.string])
      #expect(refused.status == 1)
      #expect(refused.errors.contains("orientations 9, but the settings say 8"))

      // Another model: refused beside shards of the first, and merged with them only on request.
      try cluster.site.succeed("mine", "--all")
      try cluster.site.succeed("train", "--force")
      let changed = try cluster.mine(0, of: 1)
      #expect(changed.status == 64 && changed.errors.contains("the model of generation 2"))
      let second = cluster.shards.removingLastComponent().appending("second")
      #expect(try cluster.mine(0, of: 1, into: second).status == 0)
      let both = [cluster.shards.string, second.string]
      let mixed = try cluster.site.misfire("merge", both)
      #expect(
        mixed.status == 1 && mixed.errors.contains("the shards were made by different models"))
      let live = try cluster.site.misfire("merge", ["--models", "live"] + both)
      #expect(live.status == 1 && live.output.contains("merged 1 shard"))
      let any = try cluster.site.misfire("merge", ["--models", "any"] + both)
      #expect(any.status == 0 && any.output.contains("merged 2 shards"))
    }
  }

  /// The machines that mined them know neither image_dataset nor the ledger.
  @Test func `give nothing of what one machine alone would refuse`() throws {
    try withCluster(scenes: 6, ["hn_validation_share": "0"]) { cluster in
      let worker = try cluster.another("worker")
      try worker.change(["image_dataset": "null", "image_annotations": "null"])
      let object = cluster.drops.appending("an-object.jpg").string
      let copy = cluster.drops.appending("resized.jpg").string
      _ = try Python.run(
        "import cv2, sys; cv2.imwrite(sys.argv[2], cv2.resize(cv2.imread(sys.argv[1]), None, fx=0.8, fy=0.8))",
        [cluster.site.folder.appending("cars/images/car-0005.jpg").string, copy])
      let mined = try Command.run(
        "misfire",
        ["mine", "--conf", worker.conf.string, "--shard", "0/1", "--out", cluster.shards.string]
          + [cluster.drops.string])
      #expect(mined.status == 0, "\(mined.errors)")
      // A person has forgotten one picture, and another is held out by now.
      let forgotten = cluster.drops.appending(cluster.site.pictures[1])
      #expect(try cluster.site.misfire("mine", [forgotten.string]).status == 0)
      #expect(try cluster.site.misfire("forget", [forgotten.string]).status == 0)
      try cluster.site.change(["hn_validation_share": "0.5"])
      // Recognised by its content alone, because the file is gone.
      let bytes = try Data(contentsOf: URL(filePath: object))
      try FileManager.default.removeItem(atPath: object)
      let merged = try cluster.site.misfire("merge", ["--json", cluster.shards.string])
      #expect(merged.status == 0, "\(merged.errors)")
      let report = try #require(merged.objects().first)
      try bytes.write(to: URL(filePath: object))
      // The picture of the object, its resized copy, the forgotten picture, and the file that is not a picture.
      #expect(report["refused"] as? Int == 4 && report["held_out"] as? Int ?? 0 > 0)
      let rows = try MinedRows(in: cluster.site)
      let alone = try cluster.singleMachine()
      #expect(!rows.windows.isEmpty && rows.windows.isSubset(of: alone.windows))
      #expect(rows.pictures.count == alone.pictures.count)
    }
  }
}
