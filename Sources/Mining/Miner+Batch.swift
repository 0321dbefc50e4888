internal import Corpus
internal import Evaluation
package import Pictures
internal import Settings
package import SystemPackage

extension Miner {
  /// The pictures of the lesson's batch: `hn_num_distraction_images` random pictures without the object, or all of them;
  /// never those held out to measure. With `object_clearance`, the pictures whose objects were trained on are included.
  /// - Parameter leftOut: collects what cannot be used.
  package func batch(all: Bool, _ leftOut: LeftOut) throws -> [FilePath] {
    let negativePictures =
      setup.negatives.isNeeded
      ? try NegativePictures(
        setup.negatives, by: setup.reader, leftOut, pictureMemory,
        without: ledger.forgottenContents()
      ).teaching : []
    let pictures = try negativePictures + surroundings(leftOut).teaching.map(\.path)
    guard !all, setup.mining.batchCount < pictures.count else { return pictures }
    var random = PythonRandom(seed: setup.seed)
    return random.sample(setup.mining.batchCount, of: pictures.count).map { pictures[$0] }
  }

  /// Mines pictures where they are, some at a time, and seals the results.
  /// - Parameters:
  ///   - areNegatives: each whole picture, resized to the window, is a hard negative.
  ///   - isDryRun: only scans; nothing is saved.
  ///   - each: called with each picture, in their order.
  package func mineBatch(
    _ pictures: [FilePath], areNegatives: Bool = false, isDryRun: Bool,
    progress: ProgressHandler = { _ in },
    each: (PictureReport) throws -> Void
  ) throws {
    let surroundings = AwaitedSurroundings(of: self)
    // Enough to keep every thread busy, few enough to show progress.
    let stride = setup.threads * 8
    for start in Swift.stride(from: 0, to: pictures.count, by: stride) {
      let part = pictures[start..<min(start + stride, pictures.count)]
      let reports = try mine(
        Array(part), areNegatives: areNegatives, isDryRun: isDryRun, surroundings)
      for report in reports {
        try each(report)
      }
      progress(TaskProgress(task: "pictures mined", done: part.endIndex, total: pictures.count))
    }
    if !isDryRun { try seal() }
  }
}
