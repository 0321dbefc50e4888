import Corpus
import Detection
internal import Digest
import Foundation
internal import Settings
import SystemPackage

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
    let before = try store.measure()
    store.isSegmented = true
    // The plain file becomes the first segment, once.
    _ = try store.seal()
    let after = try store.measure()
    let service = try store.measureService(subject)
    let rows = "of \(count) rows"
    table.add(
      "seal of 200 rows, \(rows)", "\(fixed(after.seal.seconds * 1e3, 0)) ms",
      against: "one file: \(fixed(before.seal.seconds * 1e3, 0)) ms", ratio: "", goal: "")
    table.add(
      "… bytes written for each new one", fixed(after.seal.ratio, 2),
      against: "one file: \(fixed(before.seal.ratio, 1))", ratio: "", goal: "at most 3")
    table.add(
      "warm training after 200 rows, \(rows)", "\(fixed(after.training, 2)) s",
      against: "one file: \(fixed(before.training, 2)) s", ratio: "", goal: "")
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

  /// The fastest of five seals, and the time of a training that starts from the previous one, in seconds.
  mutating func measure() throws -> (seal: (seconds: Double, ratio: Double), training: Double) {
    let seals = try (0..<5).map { _ in try seal() }
    let trainer = LinearSVMTrainer(penalty: 0.01, threads: 2)
    let rows = try features.trainingRows()
    let first = try trainer.trainCalibrated(rows, labels: rows.labels)
    _ = try seal()
    let time = try ContinuousClock().measure {
      let rows = try features.trainingRows()
      _ = try trainer.trainCalibrated(
        rows, labels: rows.labels, startingFrom: first.hyperplane)
    }
    return (seals.min { $0.seconds < $1.seconds }!, time / .seconds(1))
  }

  /// The fastest of five starts of the daemon on this store, of its stops with 200 rows to seal, and of `misfire status`, and
  /// the time that each of the scenes takes when dropped, in ms.
  mutating func measureService(_ subject: Subject) throws -> (
    start: Double, status: Double, stop: Double, drops: [Double]
  ) {
    let folder = path.removingLastComponent()
    let settings = try SettingsFile(
      cars: subject.settingsFile.cars, scenes: subject.settingsFile.scenes,
      features: subject.settingsFile.features
        + #", "hn_retrain_threshold": 1000000000, "validation_share": 0"#,
      folder: folder
    ).load()
    try FileManager.default.copyItem(
      atPath: subject.setup.files.liveModel.string, toPath: folder.appending("model.hdf5").string)
    func milliseconds(_ body: () throws -> Void) rethrows -> Double {
      try ContinuousClock().measure(body) / .milliseconds(1)
    }
    let rounds = try (0..<5).map { _ in
      try acknowledge()
      var daemon: LoggingDaemon?
      let start = try milliseconds {
        daemon = try LoggingDaemon(
          builtExecutables.appending(path: "misfired"), conf: settings.path)
      }
      let status = try milliseconds {
        let command = Process()
        command.executableURL = builtExecutables.appending(path: "misfire")
        command.arguments = ["status", "--conf", settings.path.string]
        command.standardOutput = FileHandle.nullDevice
        try command.run()
        command.waitUntilExit()
        precondition(command.terminationStatus == 0, "misfire status failed")
      }
      return (start: start, status: status, stop: milliseconds { daemon!.stop() })
    }
    let daemon = try LoggingDaemon(
      builtExecutables.appending(path: "misfired"), conf: settings.path)
    defer { daemon.stop() }
    let drops = try subject.files.enumerated().map { index, file in
      try daemon.latency(
        ofDropping: file, as: "\(index).jpg", into: settings.folders.inbox)
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
