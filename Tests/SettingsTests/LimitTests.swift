import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import Settings

@Suite struct `Limits of control groups` {
  private func limits(_ groups: String, _ mounts: String, _ files: [String: String])
    -> ControlGroupLimits
  {
    ControlGroupLimits(groups: groups, mounts: mounts) { files[$0.string] }
  }

  private static let unified =
    "25 30 0:26 / /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime shared:9 - cgroup2 cgroup2 rw,nsdelegate\n"

  @Test func `are read of version 2`() {
    let files = [
      "/sys/fs/cgroup/system.slice/misfired.service/memory.max": "419430400\n",
      "/sys/fs/cgroup/system.slice/misfired.service/memory.high": "max\n",
      "/sys/fs/cgroup/system.slice/misfired.service/cpu.max": "150000 100000\n",
    ]
    let limits = limits("0::/system.slice/misfired.service\n", Self.unified, files)
    #expect(limits.memory == 400 << 20)
    #expect(limits.processors == 2)
  }

  @Test(arguments: [
    (["memory.max": "800", "memory.high": "700"], 700), (["memory.max": "600"], 600),
    (["memory.max": "max", "memory.high": "max"], nil), ([:], nil), (["memory.high": "0"], nil),
    (["memory.max": "18446744073709551615"], nil), (["memory.max": "much"], nil),
  ])
  func `are the least of what a group says`(files: [String: String], memory: Int?) {
    let files = Dictionary(
      uniqueKeysWithValues: files.map { ("/sys/fs/cgroup/a/\($0)", $1) })
    #expect(limits("0::/a\n", Self.unified, files).memory == memory)
  }

  @Test func `are those of all groups that a group lies in`() {
    let files = [
      "/sys/fs/cgroup/a/memory.max": "500", "/sys/fs/cgroup/a/b/memory.max": "max",
      "/sys/fs/cgroup/a/b/c/memory.max": "900", "/sys/fs/cgroup/a/b/cpu.max": "100000 100000",
      "/sys/fs/cgroup/a/b/c/cpu.max": "max 100000", "/sys/fs/cgroup/a/b/d/memory.max": "1",
    ]
    let limits = limits("0::/a/b/c\n", Self.unified, files)
    #expect(limits.memory == 500)
    #expect(limits.processors == 1)
  }

  @Test(arguments: [
    ("1 100000", 1), ("100000 100000", 1), ("100001 100000", 2), ("400000 100000", 4),
    ("max 100000", nil), ("0 100000", nil), ("100000 0", nil), ("", nil), ("100000", 1),
  ])
  func `round a share of processors up`(written: String, processors: Int?) {
    let files = ["/sys/fs/cgroup/a/cpu.max": written]
    #expect(limits("0::/a\n", Self.unified, files).processors == processors)
  }

  private static let separate = """
    33 31 0:30 / /sys/fs/cgroup/cpu,cpuacct rw,relatime shared:3 master:1 - cgroup cgroup rw,cpu,cpuacct
    35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory
    40 31 0:37 / /sys/fs/cgroup/systemd rw,relatime - cgroup cgroup rw,xattr,name=systemd

    """

  private static let separateGroups = """
    9:name=systemd:/misfired
    4:memory:/jobs/misfired
    1:cpu,cpuacct:/misfired

    """

  private static let separateFiles = [
    "/sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
    "/sys/fs/cgroup/memory/jobs/memory.limit_in_bytes": "300\n",
    "/sys/fs/cgroup/memory/jobs/misfired/memory.limit_in_bytes": "400\n",
    "/sys/fs/cgroup/memory/misfired/memory.limit_in_bytes": "1\n",
    "/sys/fs/cgroup/cpu,cpuacct/misfired/cpu.cfs_quota_us": "250000\n",
    "/sys/fs/cgroup/cpu,cpuacct/misfired/cpu.cfs_period_us": "100000\n",
    "/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us": "-1\n",
    "/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us": "100000\n",
  ]

  @Test func `are read of version 1`() {
    let limits = limits(Self.separateGroups, Self.separate, Self.separateFiles)
    #expect(limits.memory == 300)
    #expect(limits.processors == 3)
  }

  @Test func `are read of both versions where both are in use`() {
    let files = Self.separateFiles.merging(
      ["/sys/fs/cgroup/unified/x/cpu.max": "200000 100000"]) { $1 }
    let mounts =
      Self.separate + "41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw\n"
    let limits = limits(Self.separateGroups + "0::/x\n", mounts, files)
    #expect(limits.memory == 300)
    #expect(limits.processors == 2)
  }

  @Test func `are found where a container sees a part of the groups`() {
    let mounts = #"35 31 0:32 /docker/4f /my\040groups rw - cgroup cgroup rw,memory"#
    let files = [
      "/my groups/memory.limit_in_bytes": "200", "/my groups/a/memory.limit_in_bytes": "100",
    ]
    #expect(limits("4:memory:/docker/4f", mounts, files).memory == 200)
    #expect(limits("4:memory:/docker/4f/a", mounts, files).memory == 100)
    #expect(limits("4:memory:/elsewhere", mounts, files).memory == 200)
  }

  @Test(arguments: [
    ("", ""), ("0::/\n", ""), ("", unified), ("nonsense", "nonsense - cgroup2"),
    ("0::\n", unified), ("::::", unified), ("0::/../..\n", unified),
  ])
  func `are none where nothing tells of any`(groups: String, mounts: String) {
    let limits = limits(groups, mounts, [:])
    #expect(limits.memory == nil)
    #expect(limits.processors == nil)
  }

  @Test(arguments: [
    ("Name:\ta\nCpus_allowed:\t3\nCpus_allowed_list:\t0-1\nMems_allowed_list:\t0\n", 2),
    ("Cpus_allowed_list:\t5\n", 1), ("Cpus_allowed_list:\t0-3,8,10-11\n", 7), ("Name:\ta\n", nil),
    ("Cpus_allowed_list:\t\n", nil), ("Cpus_allowed_list:\t3-1\n", nil), ("", nil),
  ])
  func `leave the processors that a process may run on`(status: String, count: Int?) {
    #expect(Machine.allowedProcessors(status: status) == count)
  }
}

/// A real process in real groups.
@Suite(.serialized) struct `Limits of a process` {
  @Test(.enabled(if: LimitedGroup.isPossible, "needs root, and groups that root may make"))
  func `are those of the groups that it is in`() throws {
    let group = try LimitedGroup(memory: 400 << 20, hundredthsOfProcessors: 150)
    defer { group.remove() }
    let whole = Machine()
    let process = try ChildProcess("/bin/sleep", ["600"])
    defer { kill(process.processID, SIGKILL) }
    let name = FilePath.Component("\(process.processID)")!
    #expect(Machine(process: name) == whole)

    try group.take(process.processID)
    let limited = Machine(process: name)
    #expect(limited.memory == 400 << 20)
    #expect(limited.processors == min(whole.processors, 2))
  }

  @Test func `are the processors that it may run on`() throws {
    let process = try ChildProcess("/usr/bin/taskset", ["--cpu-list", "0", "/bin/sleep", "600"])
    defer { kill(process.processID, SIGKILL) }
    let name = FilePath.Component("\(process.processID)")!
    // taskset takes a moment to become the other program.
    let end = ContinuousClock.now + .seconds(30)
    while Machine(process: name).processors > 1, ContinuousClock.now < end { usleep(10_000) }
    #expect(Machine(process: name).processors == 1)
    #expect(Machine(process: name).memory == Machine().memory)
  }

  @Test func `are defaults of settings`() throws {
    let text =
      #"{ "window_dim": [96, 32], "features_path": "f.hdf5", "classifier_path": "m.hdf5" }"#
    let settings = try Settings.parse(Array(text.utf8), path: "/site/world.json")
    #expect(settings.threads == Machine().processors)
    #expect(settings.trainingMemory == Machine().memory / 2)
  }
}

/// A group with limits and, inside it, one without, in the machine's version of control groups.
private struct LimitedGroup {
  private let folders: [String]

  static let isPossible: Bool = {
    do {
      try LimitedGroup(memory: 1 << 30, hundredthsOfProcessors: 100).remove()
      return true
    } catch {
      return false
    }
  }()

  init(memory: Int, hundredthsOfProcessors: Int) throws {
    let root = "/sys/fs/cgroup"
    let quota = hundredthsOfProcessors * 1_000
    let limits =
      FileManager.default.fileExists(atPath: "\(root)/cgroup.controllers")
      ? [(root, ["memory.max": "\(memory)", "cpu.max": "\(quota) 100000"])]
      : [
        ("\(root)/memory", ["memory.limit_in_bytes": "\(memory)"]),
        ("\(root)/cpu", ["cpu.cfs_quota_us": "\(quota)"]),
      ]
    let name = "misfire-\(UUID().uuidString)"
    folders = limits.map { "\($0.0)/\(name)" }
    do {
      for (folder, files) in zip(folders, limits.map(\.1)) {
        try FileManager.default.createDirectory(
          atPath: "\(folder)/inner", withIntermediateDirectories: true)
        for (file, text) in files { try Self.write(text, to: "\(folder)/\(file)") }
      }
    } catch {
      remove()
      throw error
    }
  }

  func take(_ process: Int32) throws {
    for folder in folders { try Self.write("\(process)", to: "\(folder)/inner/cgroup.procs") }
  }

  /// Moves the group's processes up, because only an empty group can be removed.
  func remove() {
    for folder in folders {
      let inner =
        (try? String(contentsOfFile: "\(folder)/inner/cgroup.procs", encoding: .utf8)) ?? ""
      let up = "\(folder.prefix(upTo: folder.lastIndex(of: "/")!))/cgroup.procs"
      for process in inner.split(separator: "\n") { try? Self.write(String(process), to: up) }
      rmdir("\(folder)/inner")
      rmdir(folder)
    }
  }

  private static func write(_ text: String, to path: String) throws {
    let file = try FileDescriptor.open(FilePath(path), .writeOnly)
    try file.closeAfter { _ = try file.writeAll(text.utf8) }
  }
}
