import Detection
import Foundation
import SystemPackage
import TestSupport
import Testing

/// What the real daemon does with real files and signals.
@Suite(.serialized, .timeLimit(.minutes(5))) struct `misfired` {
  @Test func `mines what is copied in and what is moved in, each picture once`() async throws {
    try await withSite(["hn_retrain_threshold": "100000"]) { site in
      let daemon = try DaemonProcess(conf: site.conf)
      #expect(await daemon.line("watching") != nil)
      for picture in site.pictures[..<10] { try site.copy(picture) }
      for picture in site.pictures[10..<20] { try site.move(picture) }
      let lines = await daemon.lines(["info mined"], count: 20)
      #expect(Set(lines.compactMap { $0.firstMatch(of: /mined ([^:]+):/)?.1 }).count == 20)
      #expect(await daemon.stop() == 0)

      #expect(try site.names(in: "inbox") == [])
      #expect(try site.names(in: "mined") == Array(site.pictures[..<20]))
      let status = try site.status()
      #expect(status.images.mined == 20)
      let found = lines.compactMap { $0.firstMatch(of: /([\d,]+) hard negatives/) }
        .compactMap { Int($0.1.replacing(",", with: "")) }
      #expect(status.hardNegatives.total == found.reduce(0, +))
      #expect(status.hardNegatives.unsealed == 0)
      #expect(try site.sealedRowCount() == status.hardNegatives.sealed)
    }
  }

  @Test func `retrains at the threshold and goes on with the new model`() async throws {
    try await withSite(["hn_retrain_threshold": "20"]) { site in
      let daemon = try DaemonProcess(conf: site.conf)
      for picture in site.pictures { try site.copy(picture) }
      #expect(await daemon.line("generation 2 is live") != nil)
      #expect(await daemon.stop() == 0)
      #expect(try site.status().generation ?? 0 >= 2)
    }
  }

  @Test func `waits for a model, and mines as soon as one appears`() async throws {
    try await withSite { site in
      let aside = site.folder.appending("model.aside")
      try FileManager.default.moveItem(atPath: site.model.string, toPath: aside.string)
      try site.forgetGenerations()
      let daemon = try DaemonProcess(conf: site.conf)
      #expect(await daemon.line("run `misfire extract") != nil)
      try site.copy(site.pictures[0])
      try FileManager.default.moveItem(atPath: aside.string, toPath: site.model.string)
      #expect(await daemon.line("info mined \(site.pictures[0])") != nil)
    }
  }

  @Test(arguments: [true, false])
  func `puts a damaged or missing model back, and goes on`(isMissing: Bool) async throws {
    try await withSite { site in
      let model = try Data(contentsOf: URL(filePath: site.model.string))
      if isMissing {
        try FileManager.default.removeItem(atPath: site.model.string)
      } else {
        try site.write("This is not what it was.".utf8, to: "output/model.hdf5")
      }
      try site.copy(site.pictures[0])
      let daemon = try DaemonProcess(conf: site.conf)
      #expect(
        await daemon.line("warning \(site.model) was damaged or missing; restored generation 1")
          != nil)
      #expect(await daemon.line("info mined \(site.pictures[0])") != nil)
      #expect(try Data(contentsOf: URL(filePath: site.model.string)) == model)
    }
  }

  @Test func `names the remedy where no model is whole, and goes on when it was taken`()
    async throws
  {
    try await withSite { site in
      try site.change(["C": "0.02"])
      try site.succeed("train")
      for name in ["model.hdf5", "models/0002.hdf5"] {
        try site.write("This is not what it was.".utf8, to: "output/\(name)")
      }
      let daemon = try DaemonProcess(conf: site.conf)
      #expect(await daemon.line("error cannot use the published model")?.contains("pin N") == true)
      try site.copy(site.pictures[0])
      try site.succeed("models", "pin", "1")
      #expect(await daemon.line("info mined \(site.pictures[0])") != nil)
      #expect(await daemon.stop() == 0)
      #expect(
        daemon.log.count {
          $0.contains("cannot use the published model") || $0.contains("no model")
        } == 1)
    }
  }

  @Test func `ends cleanly in the middle of the queue, and takes up the rest the next time`()
    async throws
  {
    try await withSite(["hn_retrain_threshold": "100000"]) { site in
      for picture in site.pictures { try site.copy(picture) }
      let first = try DaemonProcess(conf: site.conf)
      _ = await first.line("info mined")
      #expect(await first.stop() == 0)
      let status = try site.status()
      #expect(status.images.mined == site.pictures.count - status.images.waiting)
      #expect(try site.names(in: "mined").count == status.images.mined)

      let second = try DaemonProcess(conf: site.conf)
      // The first may have mined everything, and a SIGTERM at once would end this one as any program.
      #expect(await second.line("watching") != nil)
      _ = await second.lines(["info mined"], count: status.images.waiting)
      #expect(await second.stop() == 0)
      #expect(try site.names(in: "mined") == site.pictures)
    }
  }

  @Test func `loses nothing and mines nothing twice when it is killed`() async throws {
    try await withSite(["hn_retrain_threshold": "100000"]) { site in
      let undisturbed = try await withTemporaryFolder { folder in
        let site = try Site(folder.appending("site"), settings: ["hn_retrain_threshold": "100000"])
        return try await mineAll(site)
      }
      for life in 0..<4 {
        // New ones for each life, which may mine all that there are before it is killed.
        for picture in site.pictures[(life * 7)..<(life * 7 + 7)] { try site.copy(picture) }
        let daemon = try DaemonProcess(conf: site.conf)
        #expect(await daemon.line("info mined") != nil)
        daemon.signal(SIGKILL)
        #expect(await daemon.end() == -SIGKILL)
      }
      #expect(try await mineAll(site) == undisturbed)
    }
  }

  @Test func `stops in the middle of a training, and does it after the next start`() async throws {
    try await withSite(["hn_retrain_threshold": "1"]) { site in
      // Random labels take long to learn.
      _ = try Python.run(
        """
        import h5py, numpy, sys
        random = numpy.random.default_rng(1)
        with h5py.File(sys.argv[1], "r+") as file:
            rows = random.random((12000, file["features"].shape[1]), dtype=numpy.float32)
            rows[:, 0] = random.choice([-1, 1], len(rows))
            del file["features"]
            file["features"] = rows
        """, [site.folder.appending(["output", "features.hdf5"]).string])
      let first = try DaemonProcess(conf: site.conf)
      for picture in site.pictures { try site.copy(picture) }
      #expect(await first.line("training on") != nil)
      #expect(await first.stop() == 0)
      #expect(!first.log.contains { $0.contains("generation 2") })

      let second = try DaemonProcess(conf: site.conf)
      #expect(await second.line("training on") != nil)
      #expect(await second.stop() == 0)
      let status = try site.status()
      #expect(status.images.mined + status.images.waiting == site.pictures.count)
    }
  }

  /// systemd's watchdog ends a hung process with this signal.
  @Test func `ends when it is told to abort, also where Swift's runtime would print a backtrace`()
    async throws
  {
    try await withSite { site in
      let daemon = try DaemonProcess(
        conf: site.conf, environment: ["SWIFT_BACKTRACE": "enable=yes"])
      #expect(await daemon.line("watching") != nil)
      daemon.signal(SIGABRT)
      #expect(await daemon.end() == -SIGABRT)
    }
  }

  @Test func `gives up a picture that it dies over twice, and mines the others`() async throws {
    try await withSite(["hn_retrain_threshold": "100000", "hn_settle_seconds": "0"]) { site in
      let deadly = site.inbox.appending("deadly.pgm")
      try plainPicture.write(to: URL(filePath: deadly.string))
      for picture in site.pictures[..<3] { try site.copy(picture) }
      try await dieTwice(over: deadly, at: site)
      let daemon = try DaemonProcess(conf: site.conf)
      #expect(await daemon.line("crashed while processing 1 picture:") != nil)
      #expect(await daemon.line("quarantined deadly.pgm: misfired crashed twice") != nil)
      _ = await daemon.lines(["info mined"], count: 3)
      #expect(await daemon.stop() == 0)
      #expect(try site.names(in: "mined") == Array(site.pictures[..<3]))

      // A retried picture starts without suspicion.
      #expect(try site.misfire("retry").status == 0)
      let next = try DaemonProcess(conf: site.conf)
      #expect(await next.line("info mined deadly.pgm") != nil)
    }
  }

  @Test func `passes over a kept picture that it dies over twice`() async throws {
    try await withSite(["hn_remine": "true"]) { site in
      let deadly = site.folder.appending("deadly.pgm")
      try plainPicture.write(to: URL(filePath: deadly.string))
      let others = site.pictures[..<3].map { site.drops.appending($0).string }
      #expect(try site.misfire("mine", [deadly.string] + others).status == 0)
      try await dieTwice(over: deadly, at: site)
      let daemon = try DaemonProcess(conf: site.conf)
      #expect(await daemon.line("skipping \(deadly): misfired crashed twice") != nil)
      #expect(await daemon.line("mined 3 pictures again") != nil)
      #expect(await daemon.stop() == 0)
      #expect(try site.status().images.mined == 4)
    }
  }

  /// Ends two daemons by faults and one by a kill in between, each with this picture in hand.
  private func dieTwice(over picture: FilePath, at site: Site) async throws {
    for signal in [SIGABRT, SIGKILL, SIGABRT] {
      let daemon = try DaemonProcess(
        conf: site.conf,
        environment: [
          "MISFIRE_FAULT_POINT": "pictureRead \(picture.lastComponent!.string)",
          "MISFIRE_FAULT_SIGNAL": "\(signal)",
        ])
      #expect(await daemon.end() == -signal)
    }
  }

  /// Drops the pictures that are not in the inbox yet, and runs the daemon until everything is mined.
  private func mineAll(_ site: Site) async throws -> Int {
    for picture in site.pictures where !(try site.names(in: "inbox").contains(picture)) {
      try site.copy(picture)
    }
    let waiting = try site.names(in: "inbox").count
    let daemon = try DaemonProcess(conf: site.conf)
    // Pictures that were acknowledged before a kill but not moved are already known.
    _ = await daemon.lines(["info mined", "is known"], count: waiting)
    #expect(await daemon.stop() == 0)
    let status = try site.status()
    #expect(status.images.mined == site.pictures.count)
    #expect(try site.sealedRowCount() == status.hardNegatives.total)
    return status.hardNegatives.total
  }

  @Test func `waits for another on the same state, naming that one`() async throws {
    try await withSite { site in
      let first = try DaemonProcess(conf: site.conf)
      #expect(await first.line("watching") != nil)
      let second = try DaemonProcess(conf: site.conf)
      #expect(
        await second.line("held by process \(first.processID)") != nil)
      #expect(await first.stop() == 0)
      #expect(await second.line("watching") != nil)
      #expect(await second.stop() == 0)
    }
  }

  @Test func `puts aside what is no picture, with the reason beside it`() async throws {
    try await withSite(["hn_settle_seconds": "0"]) { site in
      let daemon = try DaemonProcess(conf: site.conf)
      try site.write("not a picture".utf8, to: "inbox/text.jpg")
      #expect(await daemon.line("quarantined text.jpg") != nil)
      #expect(
        Set(try site.names(in: "quarantine")).isSuperset(of: [
          "text.jpg", "text.jpg.reason.txt",
        ]))
    }
  }

  @Test func `leaves links, pipes and folders alone, and says so once`() async throws {
    try await withSite { site in
      try FileManager.default.createSymbolicLink(
        atPath: site.inbox.appending("link.jpg").string,
        withDestinationPath: "../drops/scene-0001.jpg")
      #expect(mkfifo(site.inbox.appending("pipe.jpg").string, 0o600) == 0)
      try FileManager.default.createDirectory(
        atPath: site.inbox.appending("folder.jpg").string, withIntermediateDirectories: false)
      let daemon = try DaemonProcess(conf: site.conf)
      for picture in site.pictures[..<3] {
        try site.copy(picture)
        #expect(await daemon.line("info mined \(picture)") != nil)
      }
      #expect(await daemon.stop() == 0)
      for name in ["link.jpg", "pipe.jpg", "folder.jpg"] {
        #expect(daemon.log.count { $0.contains("left \(name) in the inbox") } == 1)
      }
      #expect(try site.names(in: "inbox") == ["folder.jpg", "link.jpg", "pipe.jpg"])
    }
  }

  @Test func `takes any name that a file can have`() async throws {
    try await withSite { site in
      let daemon = try DaemonProcess(conf: site.conf)
      let names = [
        "new\nline.jpg", " spaces .jpg", "🚗.jpg", String(repeating: "x", count: 251) + ".jpg",
        "\u{1B}]0;title\u{7}\u{202E}gpj.jpg",
      ]
      for (name, picture) in zip(names, site.pictures) {
        try site.copy(picture, as: name)
        #expect(await daemon.line(name.printable) != nil)
      }
      #expect(await daemon.stop() == 0)
      #expect(Set(try site.names(in: "mined")) == Set(names))
    }
  }

  @Test func `works on when its inbox vanished and comes back`() async throws {
    try await withSite { site in
      let daemon = try DaemonProcess(conf: site.conf)
      #expect(await daemon.line("watching") != nil)
      try FileManager.default.removeItem(atPath: site.inbox.string)
      #expect(await daemon.line("cannot read the folder \(site.inbox)") != nil)
      try FileManager.default.createDirectory(
        atPath: site.inbox.string, withIntermediateDirectories: false)
      #expect(await daemon.line("works again") != nil)
      try site.copy(site.pictures[0])
      #expect(await daemon.line("info mined \(site.pictures[0])") != nil)
    }
  }

  @Test func `moves nothing while the machine fails, says so once, and resumes unaided`()
    async throws
  {
    try await withSite { site in
      let daemon = try DaemonProcess(conf: site.conf)
      #expect(await daemon.line("watching") != nil)
      let mined = site.folder.appending("mined").string
      try FileManager.default.removeItem(atPath: mined)
      try Data().write(to: URL(filePath: mined))
      try site.copy(site.pictures[0])
      #expect(await daemon.line("retrying until it works")?.contains(mined) == true)
      #expect(try site.names(in: "inbox") == [site.pictures[0]])
      try FileManager.default.removeItem(atPath: mined)
      try FileManager.default.createDirectory(
        atPath: mined, withIntermediateDirectories: false)
      #expect(await daemon.line("works again after")?.contains("failure") == true)
      #expect(await daemon.stop() == 0)
      #expect(try site.names(in: "mined") == [site.pictures[0]])
      #expect(daemon.log.count { $0.contains("retrying until it works") } == 1)
      // It was mined all the same, and is reported once.
      #expect(daemon.log.count { $0.contains("info mined \(site.pictures[0])") } == 1)
      #expect(!daemon.log.contains { $0.contains("is known") })
    }
  }

  @Test func `says once that it cannot train, and trains when it can`() async throws {
    try await withSite(["hn_retrain_threshold": "20"]) { site in
      let daemon = try DaemonProcess(conf: site.conf)
      #expect(await daemon.line("watching") != nil)
      let models = site.folder.appending(["output", "models"]).string
      try FileManager.default.moveItem(atPath: models, toPath: models + ".aside")
      try Data().write(to: URL(filePath: models))
      for picture in site.pictures { try site.copy(picture) }
      #expect(await daemon.line("cannot train: ")?.contains(models) == true)
      try FileManager.default.removeItem(atPath: models)
      try FileManager.default.moveItem(atPath: models + ".aside", toPath: models)
      #expect(await daemon.line("works again") != nil)
      #expect(await daemon.line("generation 2 is live") != nil)
      let before = daemon.log.prefix { !$0.contains("generation 2 is live") }
      #expect(before.count { $0.contains("training on") } == 1)
    }
  }

  @Test func `misses no picture when the kernel's queue of events overflows`() async throws {
    try await withSite { site in
      let daemon = try DaemonProcess(conf: site.conf)
      #expect(await daemon.line("watching") != nil)
      try site.copy(site.pictures[0])
      #expect(await daemon.line("info mined") != nil)
      daemon.pause()
      let limit = try String(
        contentsOfFile: "/proc/sys/fs/inotify/max_queued_events", encoding: .utf8)
      let draft = [".a", ".b"].map { site.inbox.appending($0).string }
      try Data().write(to: URL(filePath: draft[0]))
      // Renaming back and forth makes events that the kernel does not merge.
      for round
        in 0..<(try #require(Int(limit.trimmingCharacters(in: .whitespacesAndNewlines))))
      {
        rename(draft[round % 2], draft[(round + 1) % 2])
      }
      try site.copy(site.pictures[1])
      daemon.signal(SIGCONT)
      let lines = await daemon.lines(["overflowed", "info mined \(site.pictures[1])"], count: 2)
      #expect(lines.count { $0.contains("overflowed") } == 1)
    }
  }

  @Test func `tells its manager when it is ready, what it does, and that it stops`() async throws {
    try await withSite { site in
      let manager = try NotifySocket(site.folder.appending("notify"))
      let daemon = try DaemonProcess(conf: site.conf, manager: manager)
      #expect(await manager.message(beginning: "STATUS=finishing") != nil)
      #expect(await manager.message(beginning: "READY=1") != nil)
      #expect(await manager.message(beginning: "STATUS=idle: 0 pictures") != nil)
      try site.copy(site.pictures[0])
      #expect(await manager.message(beginning: "STATUS=mining 1 of 1, ") != nil)
      #expect(await manager.message(beginning: "STATUS=idle: 1 picture ") != nil)
      daemon.signal(SIGTERM)
      #expect(await manager.message(beginning: "STOPPING=1") != nil)
      // Sealing a large file can take longer than a stop is normally allowed to.
      #expect(await manager.message(beginning: "EXTEND_TIMEOUT_USEC=120000000") != nil)
      #expect(await daemon.end() == 0)
    }
  }

  @Test func `takes up new settings, and keeps the old ones where the new are wrong`() async throws
  {
    try await withSite { site in
      let manager = try NotifySocket(site.folder.appending("notify"))
      let daemon = try DaemonProcess(conf: site.conf, manager: manager)
      #expect(await manager.message(beginning: "READY=1") != nil)

      try site.change(["hn_inbox": "\"other\"", "hn_retrain_threshold": "777"])
      daemon.signal(SIGHUP)
      #expect(await manager.message(beginning: "RELOADING=1")?.contains("MONOTONIC_USEC=") == true)
      #expect(await manager.message(beginning: "READY=1") != nil)
      #expect(await daemon.line("reloaded the settings") != nil)
      let picture = site.pictures[0]
      try FileManager.default.moveItem(
        atPath: site.folder.appending("drops").appending(picture).string,
        toPath: site.folder.appending("other").appending(picture).string)
      #expect(await daemon.line("info mined \(picture)")?.contains("of 777 until") == true)

      try site.change(["hn_retrain_threshold": "\"many\""])
      daemon.signal(SIGHUP)
      let refusal = await daemon.line("keeping the current settings")
      #expect(refusal?.contains(/world.json:\d+:\d+: .*hn_retrain_threshold/) == true)
      #expect(await manager.message(beginning: "READY=1") != nil)
      let status = await manager.message(beginning: "STATUS=idle: ")
      #expect(
        status?.contains(/; reload rejected: .*world.json:\d+:\d+: .*hn_retrain_threshold/) == true,
        "\(status ?? "")")
      #expect(await daemon.stop() == 0)
    }
  }

  /// It used to announce new settings, and stop watching the old inbox, before it knew that they work.
  @Test(.enabled(if: getuid() == 0, "only root can be another user"))
  func `keeping the current settings where it cannot begin with the new`() async throws {
    try await withSite { site in
      let other = site.folder.appending("other").string
      try FileManager.default.createDirectory(
        atPath: other, withIntermediateDirectories: false, attributes: [.posixPermissions: 0])
      try site.giveToNobody()
      let daemon = try DaemonProcess(conf: site.conf, launcher: DaemonProcess.asNobody)
      #expect(await daemon.line("watching") != nil)
      try site.change(["hn_inbox": "\"other\""])
      daemon.signal(SIGHUP)
      #expect(await daemon.line("keeping the current settings")?.contains(other) == true)
      try site.move(site.pictures[0])
      #expect(await daemon.line("info mined \(site.pictures[0])") != nil)
      #expect(!daemon.log.contains { $0.contains("reloaded the settings") })
    }
  }

  @Test func `refuses wrong settings with a status of its own, so that it is not started again`()
    async throws
  {
    try await withSite(["hn_inbx": "\"typo\""]) { site in
      let daemon = try DaemonProcess(conf: site.conf)
      #expect(await daemon.line("hn_inbox") != nil)
      #expect(await daemon.end() == 78)
    }
  }

  @Test func `writes its log to the folder that the settings name`() async throws {
    try await withSite(["log_path": "\"logs\""]) { site in
      let daemon = try DaemonProcess(conf: site.conf)
      #expect(await daemon.line("watching") != nil)
      #expect(await daemon.stop() == 0)
      let log = try String(
        contentsOfFile: site.folder.appending(["logs", "misfired.log"]).string, encoding: .utf8)
      #expect(log.contains("watching \(site.inbox)"))
    }
  }

  @Test func `writes metrics where the settings say`() async throws {
    try await withSite(["metrics_path": "\"misfire.prom\""]) { site in
      let daemon = try DaemonProcess(conf: site.conf)
      try site.copy(site.pictures[0])
      #expect(await daemon.line("info mined") != nil)
      #expect(await daemon.stop() == 0)
      let metrics = try String(
        contentsOfFile: site.folder.appending("misfire.prom").string, encoding: .utf8)
      #expect(metrics.contains("misfire_pictures_total{outcome=\"mined\"} 1\n"))
      #expect(metrics.contains("misfire_generation 1\n"))
      let shown = try #require(
        try Command.run("misfire", ["models", "show", "1", "--json", "--conf", site.conf.string])
          .objects().first?["metrics"] as? [String: Any])
      let measured = try #require(shown["evaluation"] as? [String: Any])
      for (name, key) in [
        "objects": "objects", "pictures": "negatives", "miss_ratio": "miss_rate",
        // No picture without the object is held out here.
        "log_average_miss_ratio_beside_objects": "log_average_miss_rate_beside_objects",
        "false_positives_per_image": "false_positives_per_image",
        "average_precision_ratio": "average_precision",
      ] {
        let expected = try #require(measured[key] as? Double)
        let line = try metrics.firstMatch(of: Regex("\nmisfire_held_out_\(name) (\\S+)\n"))
        let value = try #require(line?.output[1].substring.flatMap { Double($0) })
        #expect(abs(value - expected) < 1e-12)
      }
    }
  }

  @Test(.timeLimit(.minutes(5))) func `keeps a report where the settings say, from its start on`()
    async throws
  {
    // One picture with hard negatives triggers one training.
    try await withSite(["report_path": "\"pages/report.html\"", "hn_retrain_threshold": "1"]) {
      site in
      let drops = site.pictures.map { "drops/" + $0 }
      let looks = try site.misfire("mine", ["--dry-run", "--json"] + drops)
      let fooling = try #require(
        looks.objects().firstIndex { !($0["hits"] as! [Any]).isEmpty })
      let path = site.folder.appending(["pages", "report.html"])
      let daemon = try DaemonProcess(conf: site.conf)
      #expect(await daemon.line("watching") != nil)
      // The report is written beside mining, and the log does not mention it.
      while !FileManager.default.fileExists(atPath: path.string) {
        try await Task.sleep(for: .milliseconds(10))
      }
      #expect(try Page(path).texts("//dd")[0] == "generation 1")
      try site.copy(site.pictures[fooling])
      #expect(await daemon.line("generation 2 is live") != nil)
      #expect(await daemon.stop() == 0)
      let page = try Page(path)
      let status = try site.status()
      #expect(try page.texts("//dd")[0] == "generation \(try #require(status.generation))")
      #expect(try page.texts("//dd")[2] == "\(status.hardNegatives.total)")
      #expect(try !page.texts("//*[@class='patches']/figure//img").isEmpty)
    }
  }

  @Test func `says once that it cannot write the report, and goes on`() async throws {
    try await withSite(["report_path": "\"taken\""]) { site in
      try FileManager.default.createDirectory(
        atPath: site.folder.appending("taken").string, withIntermediateDirectories: false)
      let daemon = try DaemonProcess(conf: site.conf)
      #expect(await daemon.line("cannot write the report") != nil)
      try site.copy(site.pictures[0])
      #expect(await daemon.line("info mined") != nil)
      #expect(await daemon.stop() == 0)
      #expect(daemon.log.count { $0.contains("cannot write the report") } == 1)
    }
  }
}

/// A picture that shows nothing.
private let plainPicture = Data("P5 400 300 255\n".utf8) + Data(count: 120_000)
