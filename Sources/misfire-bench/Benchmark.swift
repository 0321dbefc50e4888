import ArgumentParser
import Detection
import Foundation
import Raster
import SystemPackage

@main
struct Benchmark: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "misfire-bench",
    abstract: "Measures Misfire side by side with what it replaces, and prints one table.",
    discussion: """
      Real pictures are taken from ../shared/data where that exists, drawn ones otherwise. Each \
      measure is repeated in rounds, all measures taking turns, and its fastest round counts.
      """)

  @Option(help: "A folder with car_side/ and scenes/.")
  var data = "../shared/data"

  @Option(help: "How often each measure is repeated.")
  var rounds = 15

  @Flag(help: "Leave out the lesson, which takes half a minute a picture.")
  var skipLesson = false

  /// The parts, in the order of measurement.
  enum Part: String, CaseIterable, ExpressibleByArgument {
    case scenes, opencv, decoding, sizes, training, accuracy, layers, advice, growth, latency
  }

  @Option(help: "Measure this alone; may be given several times.")
  var only: [Part] = []

  @Option(
    help:
      "A folder of an earlier version's executables, whose daemon is measured in turns with this one."
  )
  var besides: String?

  @Option(help: .hidden)
  var peakMemoryOf: String?

  @Option(help: .hidden)
  var trainOn: String?

  @Option(help: .hidden)
  var memory = Int.max

  @Option(help: .hidden)
  var penalty = 1.0

  func run() throws {
    if let trainOn {
      return try TrainingProcess.run(trainOn, memory: memory, penalty: penalty)
    }
    if let peakMemoryOf { return try printPeakMemory(scanning: peakMemoryOf, detector: data) }
    let folder = FilePath(
      FileManager.default.temporaryDirectory.appending(component: "misfire-bench-\(getpid())").path)
    try FileManager.default.createDirectory(
      atPath: folder.string, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder.string) }

    let subject = try Subject(data: data, folder: folder)
    print(subject.description)
    var table = Table()
    for part in Part.allCases where only.isEmpty || only.contains(part) {
      switch part {
      case .scenes:
        try measureScenes(subject, rounds: rounds, skipLesson: skipLesson, into: &table)
      case .opencv:
        try measureOpenCV(data: data, rounds: rounds, folder: folder, into: &table)
      case .accuracy:
        try measureAccuracy(data: data, folder: folder, into: &table)
      case .layers:
        try measureLayers(data: data, folder: folder, into: &table)
      case .advice:
        try measureAdvice(folder: folder, into: &table)
      case .growth:
        try measureGrowth(subject, folder: folder, into: &table)
      case .decoding:
        try measureDecoding(subject, rounds: rounds, into: &table)
      case .sizes:
        try measureSizes(subject, rounds: max(3, rounds / 3), folder: folder, into: &table)
      case .training:
        try measureTraining(subject, rounds: rounds, folder: folder, into: &table)
      case .latency:
        try measureLatency(
          subject, rounds: rounds, folder: folder, besides: besides, into: &table)
      }
    }
    print(table.text)
  }
}
