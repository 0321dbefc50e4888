import Detection
import Foundation
import Settings
import SystemPackage

/// The rows about training: against scikit-learn's libsvm and LIBLINEAR, warm against cold, and with little memory.
func measureTraining(
  _ subject: Subject, rounds: Int, folder: FilePath, into table: inout Table
) throws {
  let set = try TrainingSet(subject, count: 5000)
  let path = folder.appending("rows").string
  try RowFile.write(set.rows, labels: set.labels, to: path)
  // Read the rows the way a training does.
  let rows = try DenseRows(reading: RowFile(path))
  let trainer = LinearSVMTrainer(penalty: subject.setup.training.penalty, threads: 2)
  let last = set.first(set.labels.count - 200)
  let before = try trainer.trainCalibrated(last.rows, labels: last.labels).hyperplane
  let plane = try trainer.train(rows, labels: set.labels)

  var measures = Measures()
  measures.add("cold") { _ = try trainer.train(rows, labels: set.labels) }
  measures.add("calibrated") { _ = try trainer.trainCalibrated(rows, labels: set.labels) }
  measures.add("warm") {
    _ = try trainer.train(rows, labels: set.labels, startingFrom: before)
  }
  measures.add("warm calibrated") {
    _ = try trainer.trainCalibrated(rows, labels: set.labels, startingFrom: before)
  }
  try measures.run(rounds: rounds)
  let peers = try TrainingPeers(
    path, penalty: subject.setup.training.penalty, gap: plane.relativeGap)

  let size = "\(set.labels.count) × \(set.rows.columnCount)"
  table.add(
    "training \(size), calibrated", "\(fixed(measures["calibrated"], 1)) ms",
    against: "SVC(probability=True) \(fixed(peers.calibratedSeconds, 1)) s",
    ratio: fixed(peers.calibratedSeconds * 1000 / measures["calibrated"], 0) + "× faster",
    goal: "100×")
  table.add(
    "training \(size)", "\(fixed(measures["cold"], 1)) ms",
    against: "LinearSVC at a gap ≤ \(peers.linearGap) \(fixed(peers.linearSeconds, 2)) s",
    ratio: fixed(peers.linearSeconds * 1000 / measures["cold"], 1) + "× faster", goal: "3×")
  table.add(
    "retraining after 200 new rows", "\(fixed(measures["warm"], 1)) ms",
    against: "cold \(fixed(measures["cold"], 1)) ms",
    ratio: fixed(measures["cold"] / measures["warm"], 1) + "× faster", goal: "5×")
  table.add(
    "retraining, calibrated", "\(fixed(measures["warm calibrated"], 1)) ms",
    against: "cold \(fixed(measures["calibrated"], 1)) ms",
    ratio: fixed(measures["calibrated"] / measures["warm calibrated"], 1) + "× faster", goal: "")
  table.add(
    "objective", "\(fixed(plane.primalObjective, 6))",
    against: "libsvm's \(fixed(peers.objective, 6))",
    ratio: String(format: "%+.0e", plane.primalObjective / peers.objective - 1),
    goal: "within 1e-4")
  let whole = try TrainingProcess(path, memory: .max, penalty: subject.setup.training.penalty)
  table.add(
    "peak memory beside the rows", "\(fixed(whole.megabytes - megabytes(set), 0)) MB",
    against: "rows \(fixed(megabytes(set), 0)) MB",
    ratio: fixed((whole.megabytes / megabytes(set) - 1) * 100, 0) + " %", goal: "at most 20 %")
  try measureCappedTraining(subject, folder: folder, into: &table)
}

/// The rows about training on ten times as many rows, with memory for a quarter of them.
private func measureCappedTraining(
  _ subject: Subject, folder: FilePath, into table: inout Table
) throws {
  let path = folder.appending("many-rows").string
  let (size, bytes) = try {
    let set = try TrainingSet(subject, count: 50_000)
    try RowFile.write(set.rows, labels: set.labels, to: path)
    return ("\(set.labels.count) × \(set.rows.columnCount)", set.rows.values.count * 4)
  }()
  let whole = try TrainingProcess(path, memory: .max, penalty: subject.setup.training.penalty)
  let capped = try TrainingProcess(path, memory: bytes / 4, penalty: subject.setup.training.penalty)
  table.add(
    "training \(size) in a quarter of the memory", "\(fixed(capped.seconds, 2)) s",
    against: "in memory \(fixed(whole.seconds, 2)) s",
    ratio: fixed(capped.seconds / whole.seconds, 1) + "×", goal: "at most 4×")
  table.add(
    "its objective", fixed(capped.objective, 6), against: fixed(whole.objective, 6),
    ratio: String(format: "%+.0e", capped.objective / whole.objective - 1), goal: "within 1e-3")
  let cap = Double(bytes) / 4 / 1e6
  table.add(
    "its peak memory", "\(fixed(capped.megabytes, 0)) MB", against: "cap \(fixed(cap, 0)) MB",
    ratio: String(format: "%+.0f MB", capped.megabytes - cap), goal: "at most +200 MB")
}

private func megabytes(_ set: TrainingSet) -> Double { Double(set.rows.values.count) * 4 / 1e6 }
