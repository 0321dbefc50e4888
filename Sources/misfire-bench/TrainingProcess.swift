import Detection
import Foundation

/// A training in a separate process, so that the memory measured is the training's alone.
struct TrainingProcess {
  /// The time from opening the file to the finished hyperplane.
  let seconds: Double
  let objective: Double
  /// The peak memory, less what the process used before it opened the file.
  let megabytes: Double

  init(_ path: String, memory: Int, penalty: Double) throws {
    let process = Process()
    process.executableURL = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
    process.arguments = ["--train-on", path, "--memory", "\(memory)", "--penalty", "\(penalty)"]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let printed = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    let numbers = printed.split(whereSeparator: \.isWhitespace).compactMap { Double($0) }
    guard numbers.count == 3 else { fatalError("training on \(path) printed \(printed)") }
    (seconds, objective, megabytes) = (numbers[0], numbers[1], numbers[2])
  }

  /// Runs in the separate process: trains on the rows in `path` and prints time, objective and memory.
  static func run(_ path: String, memory: Int, penalty: Double) throws {
    let before = try highWaterMegabytes()
    let start = ContinuousClock.now
    let rows = try RowFile(path)
    let plane = try LinearSVMTrainer(penalty: penalty, threads: 2, memory: memory)
      .train(rows, labels: rows.labels)
    let seconds = start.duration(to: .now) / .seconds(1)
    print(seconds, plane.primalObjective, try highWaterMegabytes() - before)
  }

  private static func highWaterMegabytes() throws -> Double {
    let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    let peak = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }!
    return Double(peak.split(separator: " ").dropFirst().first!)! * 1024 / 1e6
  }
}
