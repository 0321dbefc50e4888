import Corpus
import Detection
internal import Digest
import Foundation
internal import Mining
internal import Settings
internal import Synchronization
import SystemPackage
internal import Training

/// The rows about the cost of a seal, a training, and the daemon's start and stop as rows accumulate: in one plain file and in
/// segments.
func measureGrowth(_ subject: Subject, folder: FilePath, into table: inout Table) throws {
  let hog = subject.model.hog
  // The largest store takes 20 GB of disk and some minutes.
  let isSoaking = ProcessInfo.processInfo.environment["MISFIRE_SOAK"] != nil
  for count in [10_000, 100_000] + (isSoaking ? [300_000] : []) {
    let place = folder.appending("growth-\(count)")
    defer { try? FileManager.default.removeItem(atPath: place.string) }
    var store = try GrowingStore(hog, in: place)
    try store.grow(to: count)
    let before = try store.measureSeals()
    store.isSegmented = true
    // The plain file becomes the first segment, once.
    _ = try store.seal()
    let after = try store.measureSeals()
    try store.take(subject)
    let training = try store.measureTraining(subject)
    let service = try store.measureService(subject)
    let rows = "of \(count) rows"
    table.add(
      "seal of 200 rows, \(rows)", "\(fixed(after.seconds * 1e3, 0)) ms",
      against: "one file: \(fixed(before.seconds * 1e3, 0)) ms", ratio: "", goal: "")
    table.add(
      "… bytes written for each new one", fixed(after.ratio, 2),
      against: "one file: \(fixed(before.ratio, 1))", ratio: "", goal: "at most 3")
    table.add(
      "warm training after 200 rows, with its gate, \(rows)", "\(fixed(training.whole, 2)) s",
      against: "without: \(fixed(training.ofRows, 2)) s", ratio: "", goal: "")
    let drops = service.drops.sorted()
    table.add(
      "from closing a scene's file to its acknowledgement, \(rows)",
      "\(fixed(drops[drops.count / 2], 1)) ms", against: "slowest: \(fixed(drops.last!, 1)) ms",
      ratio: "", goal: "")
    for (what, milliseconds) in [
      ("from starting the daemon to its watching", service.start),
      ("misfire status", service.status),
      ("stopping the daemon, 200 rows unsealed", service.stop),
    ] {
      table.add(
        "\(what), \(rows)", "\(fixed(milliseconds, 0)) ms", against: "", ratio: "",
        goal: what.hasPrefix("stop") ? "under 1 s" : "")
    }
  }
  for count in [10_000, 30_000] {
    let place = folder.appending("life-\(count)")
    defer { try? FileManager.default.removeItem(atPath: place.string) }
    var store = try GrowingStore(hog, in: place)
    store.isSegmented = true
    let life = try store.live(to: count)
    table.add(
      "a life of \(count) rows, 200 a seal: bytes written for each",
      fixed(life.ratio, 2), against: "segments at most: \(life.segments)", ratio: "",
      goal: "at most 12")
  }
}

/// A growing store of rows of noise.
private struct GrowingStore {
  private static let batch = 200

  var isSegmented = false
  private let path: FilePath
  private let hog: HOGDescriptor
  private let ledger: Ledger
  private var random = SplitMix64(seed: 1)
  private var pictures = 0

  init(_ hog: HOGDescriptor, in folder: FilePath) throws {
    self.hog = hog
    path = folder.appending("features.hdf5")
    try FileManager.default.createDirectory(
      atPath: folder.string, withIntermediateDirectories: true)
    ledger = try Ledger(folder.appending("state.sqlite"))
    var drawn = LabelledRows(featureCount: hog.featureCount)
    for index in 0..<220 {
      drawn.append(label: index < 70 ? 1 : -1, features: row(isObject: index < 70))
    }
    try features.writeFeatures(drawn)
  }

  private var features: FeatureFile {
    var limits = SegmentLimits()
    if !isSegmented { limits.plainBytes = .max }
    return FeatureFile(path, for: hog, limits: limits)
  }

  /// Noise, whose first 100 features are slightly larger for objects.
  private mutating func row(isObject: Bool) -> [Float] {
    (0..<hog.featureCount).map { index in
      Float(random.next() >> 40) / Float(1 << 24) * (isObject && index < 100 ? 0.06 : 0.05)
    }
  }

  private mutating func acknowledge() throws {
    pictures += 1
    let name = "\(pictures).jpg"
    let windows = (0..<Self.batch).map { index in
      HardNegative(
        box: Box(x0: index, y0: 0, x1: index + 96, y1: 32), layer: 0, margin: 0.5,
        probability: 0.5 + Double(index) / 1_000)
    }
    try ledger.acknowledge([
      AcknowledgedPicture(
        sha256: SHA256Digest(of: Array(name.utf8)), name: FilePath.Component(name)!, generation: 1,
        windows: 1_000, hardNegatives: windows,
        features: windows.flatMap { _ in row(isObject: false) }, hog: hog)
    ])
  }

  /// Adds `count` rows to one file, with a single seal.
  mutating func grow(to count: Int) throws {
    for _ in 0..<(count / Self.batch) { try acknowledge() }
    try features.seal(ledger)
  }

  /// Seals 200 new rows.
  /// - Returns: the time taken, and the bytes written for each byte of the rows.
  mutating func seal() throws -> (seconds: Double, ratio: Double) {
    try acknowledge()
    let before = try bytesWritten()
    let time = try ContinuousClock().measure { try features.seal(ledger) }
    let new = Self.batch * (1 + hog.featureCount) * MemoryLayout<Float>.stride
    return (time / .seconds(1), Double(try bytesWritten() - before) / Double(new))
  }

  /// The fastest of five seals.
  mutating func measureSeals() throws -> (seconds: Double, ratio: Double) {
    try (0..<5).map { _ in try seal() }.min { $0.seconds < $1.seconds }!
  }

  /// Copies the subject's detector.
  func take(_ subject: Subject) throws {
    try FileManager.default.copyItem(
      atPath: subject.setup.files.liveModel.string,
      toPath: path.removingLastComponent().appending("model.hdf5").string)
  }

  /// The settings of a service with this store and the subject's pictures.
  /// - Parameter heldOut: the share of pictures that measure detectors.
  private func setup(_ subject: Subject, heldOut: Double) throws -> Setup {
    // Memory for all rows: otherwise a training reads them in blocks.
    let more = """
      , "hn_retrain_threshold": 1000000000, "validation_share": \(heldOut), "hn_max_rows": null,
      "training_memory": "64 GiB"
      """
    return try SettingsFile(
      cars: subject.settingsFile.cars, scenes: subject.settingsFile.scenes,
      features: subject.settingsFile.features + more, folder: path.removingLastComponent()
    ).load()
  }

  /// The median time of three trainings that start from the previous one, each after 200 more rows, in seconds: with the
  /// gate, and that of the rows alone. The gate refuses models that learnt from noise, so the subject's stays.
  mutating func measureTraining(_ subject: Subject) throws -> (whole: Double, ofRows: Double) {
    let miner = try Miner(setup: setup(subject, heldOut: 0.2))
    _ = try miner.train()
    var times: [(whole: Double, ofRows: Double)] = []
    for _ in 0..<3 {
      try acknowledge()
      try miner.seal()
      let last = miner.lastHyperplane.withLock { $0?.hyperplane }
      let ofRows = try ContinuousClock().measure {
        let rows = try miner.featureFile.trainingRows()
        _ = try miner.learn(from: rows, startingFrom: last)
      }
      let clock = ContinuousClock()
      let start = clock.now
      let report = try miner.train()
      let whole = start.duration(to: clock.now)
      guard !report.isAccepted else { fatalError("the gate let noise pass: \(report.reason)") }
      times.append((whole / .seconds(1), ofRows / .seconds(1)))
    }
    return times.sorted { $0.whole < $1.whole }[1]
  }

  /// The fastest of five starts of the daemon on this store, of its stops with 200 rows to seal, and of `misfire status`, and
  /// the time that each of the scenes takes when dropped, in ms.
  mutating func measureService(_ subject: Subject) throws -> (
    start: Double, status: Double, stop: Double, drops: [Double]
  ) {
    let setup = try setup(subject, heldOut: 0)
    func milliseconds(_ body: () throws -> Void) rethrows -> Double {
      try ContinuousClock().measure(body) / .milliseconds(1)
    }
    let rounds = try (0..<5).map { _ in
      try acknowledge()
      var daemon: LoggingDaemon?
      let start = try milliseconds {
        daemon = try LoggingDaemon(
          builtExecutables.appending(path: "misfired"), conf: setup.path)
      }
      let status = try milliseconds {
        let command = Process()
        command.executableURL = builtExecutables.appending(path: "misfire")
        command.arguments = ["status", "--conf", setup.path.string]
        command.standardOutput = FileHandle.nullDevice
        try command.run()
        command.waitPromptly()
        precondition(command.terminationStatus == 0, "misfire status failed")
      }
      return (start: start, status: status, stop: milliseconds { daemon!.stop() })
    }
    let daemon = try LoggingDaemon(
      builtExecutables.appending(path: "misfired"), conf: setup.path)
    defer { daemon.stop() }
    let drops = try subject.files.enumerated().map { index, file in
      try daemon.latency(
        ofDropping: file, as: "\(index).jpg", into: setup.folders.inbox)
    }
    return (
      rounds.map(\.start).min()!, rounds.map(\.status).min()!, rounds.map(\.stop).min()!, drops
    )
  }

  /// Seals 200 rows at a time until there are `count`, and merges whenever that is due.
  /// - Returns: the bytes written for each byte of the rows, and the largest number of segments.
  mutating func live(to count: Int) throws -> (ratio: Double, segments: Int) {
    var written = 0
    var most = 0
    for _ in 0..<(count / Self.batch) {
      try acknowledge()
      let before = try bytesWritten()
      try features.seal(ledger)
      while case .merged = try features.mergeSegments() {}
      written += try bytesWritten() - before
      most = max(most, try features.segmentCount())
    }
    let bytes = count * (1 + hog.featureCount) * MemoryLayout<Float>.stride
    return (Double(written) / Double(bytes), most)
  }

  /// The bytes that this process has sent to disks so far, as counted by the kernel.
  private func bytesWritten() throws -> Int {
    let counts = try String(contentsOfFile: "/proc/self/io", encoding: .utf8)
    let line = counts.split(separator: "\n").first { $0.hasPrefix("write_bytes: ") }
    return line.flatMap { Int($0.dropFirst("write_bytes: ".count)) } ?? 0
  }
}
