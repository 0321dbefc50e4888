/// A named step at which tests end the process, as a kill would.
///
/// A debug build started with MISFIRE_FAULT_POINT=acknowledged in its environment kills itself, without a message,
/// once it has acknowledged a picture; with "pictureRead a.jpg", once it has read that one. MISFIRE_FAULT_SIGNAL=6
/// makes it use that signal. In other builds, reaching a point does nothing.
package enum FaultPoint: CaseIterable, Sendable {
  // Steps of a picture; the subject is its path.
  case pictureRead, scanned, acknowledged, moved, placed
  case refusalRecorded, refusalMoved, refusalExplained, refusalPlaced
  // Re-mining the mined pictures.
  case remined, reminingRecorded
  // Training.
  case trained, generationClaimed, modelKept, trainingRecorded
  case promotionBegun, classifierReplaced, promotionFinished
  // Taking back, and retiring.
  case takenBack, left
  case retired
  // Deleting mined pictures or models.
  case deletingRecorded, picturesDeleted, modelsDeleted
  // A growing file, and its segments.
  case segmentLinked, segmentWritten, segmentsMerged, segmentRemoved
  // Building blocks of all of the above.
  case sealed, draftWritten, draftSynchronized, replaced, renamed

  /// Marks the step that was just done.
  /// - Parameter subject: what the step was done to.
  package static func reach(_ point: FaultPoint, of subject: @autoclosure () -> String = "") {
    #if FAULT_POINTS
      endIfChosen(point, subject())
    #endif
  }
}

#if FAULT_POINTS
  internal import Glibc

  extension FaultPoint {
    /// The name of the step at which this process must end.
    private static let chosen = unsafe getenv("MISFIRE_FAULT_POINT").map {
      unsafe String(cString: $0)
    }

    private static let signal =
      unsafe getenv("MISFIRE_FAULT_SIGNAL").flatMap { unsafe Int32(String(cString: $0)) } ?? SIGKILL

    private static func endIfChosen(_ point: FaultPoint, _ subject: String) {
      guard let chosen, ["\(point)", "\(point) \(subject)"].contains(chosen) else { return }
      kill(getpid(), signal)
      // Another thread can be the one that receives the signal.
      while true { pause() }
    }
  }
#endif
