/// A named step of the flow, at which tests end the process as a kill would.
///
/// A debug build started with MISFIRE_FAULT_POINT=acknowledged in its environment kills itself, without a message, when it
/// has acknowledged a picture; with "pictureRead a.jpg", when it has read that one; with MISFIRE_FAULT_SIGNAL=6 in
/// addition, by that signal. In other builds reaching a point does nothing.
package enum FaultPoint: CaseIterable, Sendable {
  // A picture's path.
  case pictureRead, scanned, acknowledged, moved, placed
  case refusalRecorded, refusalMoved, refusalExplained, refusalPlaced
  // Mining the mined pictures again.
  case remined, reminingRecorded
  // A training.
  case trained, generationClaimed, modelKept, trainingRecorded
  case promotionBegun, classifierReplaced, promotionFinished
  // Taking back, and retiring.
  case takenBack, left
  case retired
  // Deleting mined pictures or models.
  case deletingRecorded, picturesDeleted, modelsDeleted
  // A growing file, and its segments.
  case segmentLinked, segmentWritten, segmentsMerged, segmentRemoved
  // The building blocks of all of them.
  case sealed, draftWritten, draftSynchronized, replaced, renamed

  /// Marks the step that has just been done.
  /// - Parameter subject: what it was done to.
  package static func reach(_ point: FaultPoint, of subject: @autoclosure () -> String = "") {
    #if FAULT_POINTS
      endIfChosen(point, subject())
    #endif
  }
}

#if FAULT_POINTS
  internal import Glibc

  extension FaultPoint {
    /// The step at which this process must end, by name.
    private static let chosen = unsafe getenv("MISFIRE_FAULT_POINT").map {
      unsafe String(cString: $0)
    }

    private static let signal =
      unsafe getenv("MISFIRE_FAULT_SIGNAL").flatMap { unsafe Int32(String(cString: $0)) } ?? SIGKILL

    private static func endIfChosen(_ point: FaultPoint, _ subject: String) {
      guard let chosen, ["\(point)", "\(point) \(subject)"].contains(chosen) else { return }
      kill(getpid(), signal)
      // Another thread may be the one that takes the signal.
      while true { pause() }
    }
  }
#endif
