import Foundation
import SystemPackage
import TestSupport
import Testing

/// Pictures that arrive without an event, or where the kernel cannot watch.
@Suite(.serialized, .timeLimit(.minutes(5))) struct `Missed events` {
  /// Each restart used to count again what lay in the inbox.
  @Test func `are none while the daemon was down, and lose nothing`() async throws {
    try await withSite { site in
      let first = try DaemonProcess(conf: site.conf)
      #expect(await first.line("watching") != nil)
      #expect(await first.stop() == 0)
      #expect(try site.status().missedEvents.foundByRescan == 0)

      for picture in site.pictures[..<3] { try site.move(picture) }
      let second = try DaemonProcess(conf: site.conf)
      #expect(await second.lines(["info mined"], count: 3).count == 3)
      #expect(await second.stop() == 0)
      #expect(!second.log.contains { $0.contains("that no event reported") })
      let text = try site.misfire("status").output
      #expect(
        text.contains(/missed events +0 overflows, \d+ rescans?; 0 pictures found only by rescans/))
    }
  }

  @Test func `are not counted where events told of everything`() async throws {
    try await withSite { site in
      let daemon = try DaemonProcess(conf: site.conf)
      #expect(await daemon.line("watching") != nil)
      for (index, picture) in site.pictures[..<6].enumerated() {
        if index.isMultiple(of: 2) { try site.copy(picture) } else { try site.move(picture) }
        #expect(await daemon.line("info mined \(picture)") != nil)
      }
      #expect(await daemon.stop() == 0)
      // A periodic listing can come a moment before the event.
      #expect(try site.status().missedEvents.foundByRescan <= 1)
    }
  }

  @Test func `lose nothing when the inbox is replaced by another folder`() async throws {
    try await withSite { site in
      let daemon = try DaemonProcess(conf: site.conf)
      #expect(await daemon.line("watching") != nil)
      let other = site.folder.appending("other")
      try FileManager.default.createDirectory(
        atPath: other.string, withIntermediateDirectories: false)
      try site.copy(site.pictures[0])
      #expect(await daemon.line("info mined \(site.pictures[0])") != nil)
      try FileManager.default.moveItem(
        atPath: site.drops.appending(site.pictures[1]).string,
        toPath: other.appending(site.pictures[1]).string)
      try FileManager.default.moveItem(
        atPath: site.inbox.string, toPath: site.folder.appending("old").string)
      try FileManager.default.moveItem(atPath: other.string, toPath: site.inbox.string)
      #expect(await daemon.line("info mined \(site.pictures[1])") != nil)
    }
  }

  @Test(.enabled(if: SmallDisk.isPossible, "only root may mount"))
  func `lose nothing when the inbox is unmounted and mounted again`() async throws {
    try await withSite { site in
      try SmallDisk.mount(over: site.inbox, bytes: 8 << 20)
      var mounts = 1
      defer { while mounts > 0, (try? SmallDisk.unmount(site.inbox)) != nil { mounts -= 1 } }
      let daemon = try DaemonProcess(conf: site.conf)
      #expect(await daemon.line("watching") != nil)
      try site.copy(site.pictures[0])
      #expect(await daemon.line("info mined \(site.pictures[0])") != nil)
      // Unmounting fails while the daemon is listing the folder, so retry.
      while (try? SmallDisk.unmount(site.inbox)) == nil {
        try await Task.sleep(for: .milliseconds(10))
      }
      mounts -= 1
      try site.copy(site.pictures[1])
      #expect(await daemon.line("info mined \(site.pictures[1])") != nil)
      try SmallDisk.mount(over: site.inbox, bytes: 8 << 20)
      mounts += 1
      try site.copy(site.pictures[2])
      #expect(await daemon.line("info mined \(site.pictures[2])") != nil)
      #expect(await daemon.stop() == 0)
      #expect(try site.names(in: "mined") == Array(site.pictures[..<3]))
    }
  }

  /// A user namespace has its own limits; while they are lower, the machine's do not matter.
  private static func watches(atMost limit: Int) -> [String] {
    [
      "unshare", "--user", "--map-root-user", "sh", "-c",
      "echo \(limit) > /proc/sys/user/max_inotify_watches && exec \"$@\"", "sh",
    ]
  }
  private static let canLimitWatches =
    (try? Command.run("/usr/bin/env", watches(atMost: 0) + ["true"]).status == 0) ?? false

  /// The inbox used to be watched anew each second, because its neighbour was refused.
  @Test(.enabled(if: canLimitWatches, "user namespaces are off"))
  func `are none where only the model's folder cannot be watched`() async throws {
    try await withSite { site in
      let daemon = try DaemonProcess(conf: site.conf, launcher: Self.watches(atMost: 1))
      #expect(await daemon.line("watching") != nil)
      // A listing just in case comes every five seconds.
      try await Task.sleep(for: .seconds(4))
      #expect(await daemon.stop() == 0)
      #expect(try site.status().missedEvents.rescans <= 1)
      #expect(!daemon.log.contains { $0.contains("cannot watch") }, "\(daemon.log)")
    }
  }

  @Test(.enabled(if: canLimitWatches, "user namespaces are off"))
  func `are made up for by listing where the limit of watches is reached`() async throws {
    try await withSite { site in
      let manager = try NotifySocket(site.folder.appending("notify"))
      let daemon = try DaemonProcess(
        conf: site.conf, manager: manager, launcher: Self.watches(atMost: 0))
      let refusal = await daemon.line("cannot watch \(site.inbox)")
      #expect(refusal?.contains("sysctl fs.inotify.max_user_watches=") == true)
      // What the first listing finds is not counted.
      for await message in manager.messages where message.contains("idle: 0 pictures") { break }
      try site.copy(site.pictures[0])
      #expect(await daemon.line("found 1 file in the inbox that no event reported") != nil)
      #expect(await daemon.line("info mined \(site.pictures[0])") != nil)
      // The count must be known while the daemon runs, so that no one has to stop it to see it.
      #expect(try site.status().missedEvents.foundByRescan == 1)

      let raised = try Command.run(
        "/usr/bin/env",
        [
          "nsenter", "--target", "\(daemon.processID)", "--user", "--preserve-credentials", "sh",
          "-c", "echo 100 > /proc/sys/user/max_inotify_watches",
        ])
      #expect(raised.status == 0, "\(raised.errors)")
      #expect(await daemon.line("watching the inbox works again after 1 failure") != nil)
      try site.copy(site.pictures[1])
      #expect(await daemon.line("info mined \(site.pictures[1])") != nil)
      #expect(await daemon.stop() == 0)
      #expect(daemon.log.count { $0.contains("cannot watch \(site.inbox)") } == 1)
    }
  }

  /// bindfs mounts a folder a second time as a FUSE file system. Writing to the folder itself then looks, through the
  /// mount, like another machine's doing.
  private static let canMountFUSE =
    SmallDisk.isPossible && FileManager.default.fileExists(atPath: "/dev/fuse")
    && FileManager.default.isExecutableFile(atPath: "/usr/bin/bindfs")

  @Test(.enabled(if: canMountFUSE, "needs root, FUSE and bindfs"))
  func `of a network file system are made up for by listing, and it says so`() async throws {
    try await withSite { site in
      let shared = site.folder.appending("shared")
      try FileManager.default.createDirectory(
        atPath: shared.string, withIntermediateDirectories: false)
      let bindfs = try ChildProcess("/usr/bin/bindfs", ["-f", shared.string, site.inbox.string])
      defer {
        try? SmallDisk.unmount(site.inbox)
        bindfs.kill()
      }
      while try Command.run("/usr/bin/env", ["mountpoint", site.inbox.string]).status != 0 {
        try #require(bindfs.isRunning)
        try await Task.sleep(for: .milliseconds(10))
      }
      let manager = try NotifySocket(site.folder.appending("notify"))
      let daemon = try DaemonProcess(conf: site.conf, manager: manager)
      #expect(await daemon.line("\(site.inbox) is on FUSE") != nil)
      for (count, picture) in site.pictures[..<4].enumerated() {
        // The listing after a batch does not count as a rescan.
        #expect(await manager.message(beginning: "STATUS=idle: \(count) picture") != nil)
        try FileManager.default.moveItem(
          atPath: site.drops.appending(picture).string, toPath: shared.appending(picture).string)
        #expect(await daemon.line("info mined \(picture)") != nil)
      }
      #expect(await daemon.stop() == 0)
      // The first may have come before the listing that follows the first watch, which expects no events yet.
      #expect(try (3...4).contains(site.status().missedEvents.foundByRescan))
      #expect(try site.names(in: "shared") == [])
      #expect(daemon.log.count { $0.contains("is on FUSE") } == 1)
    }
  }
}
