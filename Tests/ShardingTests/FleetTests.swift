import Foundation
import Mining
import Settings
import SystemPackage
import TestSupport
import Testing

/// Two machines with a camera and a daemon each, and one that trains, connected only by rsync.
@Suite(.timeLimit(.minutes(5))) struct `A fleet` {
  @Test func `feeds one trainer, and takes up what it trains`() async throws {
    try await withTemporaryFolder { folder in
      // Only the trainer trains.
      let trainer = try Site(
        folder.appending("trainer"), settings: ["hn_retrain_threshold": "100000"])
      let alone = try Site(folder.appending("alone"), copying: trainer)
      let edges = try (1...2).map { try Site(folder.appending("edge-\($0)"), copying: trainer) }
      var daemons: [DaemonProcess] = []
      for (number, edge) in edges.enumerated() {
        let daemon = try DaemonProcess(conf: edge.conf)
        #expect(await daemon.line("watching") != nil)
        // A few pictures each, and one that both have, under different names.
        for name in edge.pictures[(number * 6)..<(number * 6 + 6)] { try edge.move(name) }
        try edge.copy(edge.pictures[20], as: "shared-\(number).jpg")
        #expect(await daemon.lines(["mined "], count: 7).count == 7)
        daemons.append(daemon)
      }
      for name in trainer.pictures[..<12] + [trainer.pictures[20]] + trainer.pictures[24..<30] {
        try alone.copy(name)
      }

      // Each edge sends one shard of what it mined. One arrives incomplete.
      let incoming = folder.appending("incoming")
      for edge in edges {
        let mined = try edge.misfire(
          "mine", ["--shard", "0/1", "--out", "outbox/today", "mined"])
        #expect(mined.status == 0, "\(mined.errors)")
        try send(
          edge.folder.appending("outbox"), to: incoming.appending(edge.folder.lastComponent!))
      }
      let shards = edges.map { incoming.appending($0.folder.lastComponent!).appending("today") }
      let half = shards[1].appending("shard-0-of-1.hdf5").string
      let whole = try Data(contentsOf: URL(filePath: half))
      try whole.prefix(whole.count / 3).write(to: URL(filePath: half))
      // Meanwhile the trainer's own daemon mines.
      let own = try DaemonProcess(conf: trainer.conf)
      #expect(await own.line("watching") != nil)
      for name in trainer.pictures[24..<27] { try trainer.copy(name) }
      let first = try trainer.misfire("merge", shards.map(\.string))
      #expect(first.status == 1 && first.errors.contains(half))
      try send(edges[1].folder.appending("outbox"), to: incoming.appending("edge-2"))
      for name in trainer.pictures[27..<30] { try trainer.copy(name) }
      let second = try trainer.misfire("merge", shards.map(\.string))
      #expect(second.status == 0, "\(second.errors)")
      #expect(await own.lines(["mined "], count: 6).count == 6)
      #expect(await own.stop() == 0)

      let miner = try Miner(setup: .load(alone.conf))
      let pictures = try FileManager.default.contentsOfDirectory(atPath: alone.inbox.string)
      let daemon = try DaemonProcess(conf: alone.conf)
      #expect(await daemon.lines(["mined "], count: pictures.count).count == pictures.count)
      #expect(await daemon.stop() == 0)
      try miner.seal()
      #expect(try MinedRows(in: trainer) == MinedRows(in: alone))

      // The new model goes back: rsync renames a complete file into place.
      try trainer.succeed("train", "--force")
      for (edge, daemon) in zip(edges, daemons) {
        try send(trainer.model, to: edge.folder.appending("output"))
        daemon.signal(SIGHUP)
        // A reload that comes first loads the new model itself.
        #expect(await daemon.line("switched to generation 2", "with generation 2") != nil)
        let again = try edge.misfire("mine", ["--shard", "0/1", "--out", "outbox/today", "mined"])
        #expect(again.status == 64 && again.errors.contains("generation 2"))
        #expect(await daemon.stop() == 0)
      }
    }
  }

  private func send(_ source: FilePath, to target: FilePath) throws {
    try FileManager.default.createDirectory(
      atPath: target.string, withIntermediateDirectories: true)
    let isFolder = source.extension == nil
    let result = try Command.run(
      "/usr/bin/rsync",
      ["--recursive", "--checksum", "--exclude=*.part", "--exclude=*.lock"]
        + [source.string + (isFolder ? "/" : ""), target.string + "/"])
    guard result.status == 0 else { throw Python.Failed(description: result.errors) }
  }
}
