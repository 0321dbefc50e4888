import Foundation
import SystemPackage
import TestSupport
import Testing

@Suite struct `Mining a shard` {
  @Test func `tells pictures that cannot be used from a wrong call and a bad machine`() throws {
    try withCluster(scenes: 3) { cluster in
      let folder = cluster.drops.removingLastComponent()
      func list(_ text: String) throws -> String {
        let path = folder.appending("list").string
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        return path
      }
      // Wrong calls, which would fail on any machine.
      #expect(try cluster.mine(0, of: 2, ["--list", list("\n")]).status == 64)
      #expect(try cluster.mine(0, of: 2, ["--list", folder.appending("none").string]).status == 64)
      #expect(try cluster.mine(2, of: 2).status == 64)
      #expect(try cluster.mine(0, of: 2, ["--all"]).status == 64)
      let file = cluster.site.conf.string
      let inFile = try cluster.site.misfire("mine", ["--shard", "0/1", "--out", file, file])
      #expect(inFile.status == 64 && inFile.errors.contains("\(file) is a file: name a folder"))
      for arguments in ["--stdin0 --shard 0/2 --out \(folder)/none", "--stdin0"] {
        let command = Command.folder.appending(path: "misfire").path
        let told = try Command.run(
          "/bin/sh",
          ["-c", "\(command) mine --conf \(cluster.site.conf) \(arguments) < \(folder)"])
        #expect(told.status == 64)
        #expect(told.errors == "Error: standard input cannot be read: Is a directory\n")
      }

      // No file exists, as with a folder that is not mounted.
      let absent = try cluster.mine(0, of: 1, ["--list", list("/nowhere/a.jpg\n/nowhere/b.jpg\n")])
      #expect(absent.status == 75 && absent.errors.contains("mounted"), "\(absent.errors)")

      let there = cluster.drops.appending(cluster.site.pictures[0]).string
      let some = try cluster.mine(
        0, of: 1, ["--json", "--list", list("/nowhere/a.jpg\n\(there)\n/nowhere/b.jpg\n")])
      #expect(some.status == 0)
      #expect(some.errors.contains("/nowhere/a.jpg") && some.errors.contains("/nowhere/b.jpg"))
      let report = try #require(some.objects().first)
      #expect(report["missing"] as? Int == 2 && report["mined"] as? Int == 1)
    }
  }

  @Test func `takes a list with contents at its word, and names what has changed since`() throws {
    try withCluster(scenes: 4) { cluster in
      let sums = try Command.run(
        "/bin/sh", ["-c", "find \(cluster.drops) -type f -print0 | sort -z | xargs -0 sha256sum"])
      let path = cluster.drops.removingLastComponent().appending("sums")
      try sums.output.write(toFile: path.string, atomically: true, encoding: .utf8)
      // Only its own shard reads a picture: one of shard 1 is gone when shard 0 is mined.
      let lines = sums.output.split(separator: "\n")
      let others = lines.filter { ($0.prefix(64).last!.hexDigitValue! & 1) == 1 }
      for line in others { try FileManager.default.removeItem(atPath: String(line.dropFirst(66))) }
      let own = lines.count - others.count
      #expect(own > 1 && others.count > 1)
      let changed = try #require(lines.first { line in !others.contains(line) })
      try Data("changed".utf8).write(to: URL(filePath: String(changed.dropFirst(66))))
      let mined = try cluster.mine(0, of: 2, ["--json", "--list", path.string])
      #expect(mined.status == 0 && mined.errors.contains("differs from the list"))
      let report = try #require(mined.objects().first)
      #expect(report["pictures"] as? Int == own && report["missing"] as? Int == 0)
    }
  }

  @Test func `skips what is whole, and lets one task at a time have a shard`() throws {
    try withCluster(scenes: 8) { cluster in
      let command = Command.folder.appending(path: "misfire").path
      let arguments = [
        "mine", "--conf", cluster.site.conf.string, "--shard", "0/1", "--out",
        cluster.shards.string, cluster.drops.string,
      ]
      let tasks = try (0..<3).map { _ in try ChildProcess(command, arguments) }
      #expect(tasks.map { $0.waitUntilExit() } == [0, 0, 0])
      let shard = cluster.shard(0, of: 1).string
      let first = try Data(contentsOf: URL(filePath: shard))
      let again = try cluster.mine(0, of: 1)
      #expect(again.status == 0 && again.output.contains("is complete already"))
      #expect(try Data(contentsOf: URL(filePath: shard)) == first)
      #expect(try cluster.site.misfire("merge", [shard]).status == 0)
      #expect(try MinedRows(in: cluster.site) == cluster.singleMachine())
      let progress = try String(
        contentsOfFile: cluster.shards.appending("shard-0-of-1.progress").string, encoding: .utf8)
      #expect(progress.contains("of 14 pictures scanned") && progress.contains("complete"))
    }
  }

  /// As Slurm, Kubernetes and AWS Batch start a task.
  @Test func `takes its number from the scheduler`() throws {
    try withCluster(scenes: 3) { cluster in
      func run(_ variables: [String: String], _ arguments: [String] = []) throws -> Command.Result {
        try cluster.site.misfire(
          "mine", ["--out", cluster.shards.string] + arguments + [cluster.drops.string],
          environment: variables)
      }
      let slurm = try run([
        "SLURM_ARRAY_TASK_ID": "7", "SLURM_ARRAY_TASK_COUNT": "3", "SLURM_ARRAY_TASK_MIN": "3",
        "SLURM_ARRAY_TASK_STEP": "2",
      ])
      #expect(slurm.status == 0 && slurm.output.contains("shard-2-of-3.hdf5"), "\(slurm.errors)")
      let alone = try run(
        [
          "SLURM_ARRAY_TASK_ID": "1", "SLURM_ARRAY_TASK_COUNT": "1", "SLURM_ARRAY_TASK_MIN": "1",
        ],
        ["--shards", "3"])
      #expect(alone.output.contains("shard-1-of-3.hdf5"))
      let kubernetes = try run(["JOB_COMPLETION_INDEX": "0"], ["--shards", "3"])
      #expect(kubernetes.output.contains("shard-0-of-3.hdf5"))
      #expect(try run(["JOB_COMPLETION_INDEX": "0"]).status == 64)
      let batch = try run(["AWS_BATCH_JOB_ARRAY_INDEX": "2"], ["--shards", "3"])
      #expect(batch.output.contains("shard-2-of-3.hdf5 is complete already"))
      #expect(try run([:]).status == 64)
      #expect(try cluster.site.misfire("merge", [cluster.shards.string]).status == 0)
    }
  }

  @Test(.enabled(if: SmallDisk.isPossible))
  func `goes on where it was when the disk has room again`() throws {
    try withCluster { cluster in
      try FileManager.default.createDirectory(
        atPath: cluster.shards.string, withIntermediateDirectories: true)
      try SmallDisk.mount(over: cluster.shards, bytes: 4 << 20)
      defer { try? SmallDisk.unmount(cluster.shards) }
      let ballast = cluster.shards.appending("ballast")
      try Data(count: 3 << 20).write(to: URL(filePath: ballast.string))
      let full = try cluster.mine(0, of: 1, launcher: ["SLURM_CPUS_PER_TASK=1"])
      #expect(full.status == 75 && full.errors.contains("No space left"), "\(full.errors)")
      #expect(try cluster.mine(0, of: 1).status == 75)
      let draft = cluster.shards.appending("shard-0-of-1.part")
      let size = try Data(contentsOf: URL(filePath: draft.string)).count
      #expect(size > 100_000)
      try Command.remountShards(cluster.shards, bytes: 64 << 20)
      try FileManager.default.removeItem(atPath: ballast.string)
      #expect(try cluster.mine(0, of: 1).status == 0)
      #expect(try cluster.site.misfire("merge", [cluster.shards.string]).status == 0)
      #expect(try MinedRows(in: cluster.site) == cluster.singleMachine())
    }
  }

  @Test func `prints a line for each path of a pipe, with what is wrong with some`() throws {
    try withCluster(scenes: 3) { cluster in
      let command = Command.folder.appending(path: "misfire").path
      let piped = try Command.run(
        "/bin/sh",
        [
          "-c",
          "printf '%s\\0' \"$@\" | \(command) mine --conf \(cluster.site.conf) --stdin0 --dry-run",
          "sh", cluster.drops.appending(cluster.site.pictures[0]).string, "/nowhere/b.jpg",
          cluster.drops.appending("broken.jpg").string,
          cluster.drops.appending(cluster.site.pictures[1]).string,
        ])
      #expect(piped.status == 0, "\(piped.errors)")
      let lines = try piped.objects()
      #expect(lines.map { $0["error"] != nil } == [false, true, true, false])
      #expect((lines[0]["hits"] as? [Any])?.isEmpty == false)
      #expect(try cluster.site.status().images.mined == 0)
    }
  }
}

extension Command {
  /// Gives a file system in memory more room.
  fileprivate static func remountShards(_ folder: FilePath, bytes: Int) throws {
    let result = try run(
      "/usr/bin/env", ["mount", "-o", "remount,size=\(bytes)", folder.string])
    guard result.status == 0 else { throw Python.Failed(description: result.errors) }
  }
}
