package import Foundation

/// One training run: what it learnt from, its result, and what happened to the model.
package struct GenerationRecord: Hashable, Sendable {
  package var number: Int
  /// Rows it was trained on.
  package var positives: Int
  package var negatives: Int
  package var hardNegatives: Int
  /// Hard negatives there were to choose from (`LedgerCounts.hardNegatives` when training began);
  /// those that come later count towards the next training.
  package var availableHardNegatives: Int
  /// The highest turn of the hard negatives there were (`HardNegativeRecord.turn`).
  package var learntThrough: Int64
  /// How many of those have been taken back since: forgotten, or decided otherwise by a person.
  package internal(set) var takenBack = 0
  /// When its model was deleted, as the settings asked; nil for one that was not.
  package internal(set) var deleted: Date?
  /// ½‖w‖² + C·Σ hinge, as reached.
  package var objective: Double
  /// Held-out measures and other metadata: a JSON object.
  package var metrics: String
  /// Whether the model was good enough to go live.
  package var isAccepted: Bool
  /// Why it was accepted or refused, in words and numbers.
  package var reason: String
  /// Whether a person overrode the gate.
  package var isForced: Bool
  /// When it was recorded; the ledger sets it.
  package internal(set) var time: Date

  package init(
    number: Int, positives: Int, negatives: Int, hardNegatives: Int, availableHardNegatives: Int,
    learntThrough: Int64 = 0, objective: Double, metrics: String = "{}", isAccepted: Bool,
    reason: String, isForced: Bool = false
  ) {
    self.number = number
    self.positives = positives
    self.negatives = negatives
    self.hardNegatives = hardNegatives
    self.availableHardNegatives = availableHardNegatives
    self.learntThrough = learntThrough
    self.objective = objective
    self.metrics = metrics
    self.isAccepted = isAccepted
    self.reason = reason
    self.isForced = isForced
    time = .now
  }
}

/// A change of the live model, as recorded in the ledger.
package struct Promotion: Hashable, Sendable {
  package enum Kind: String, Sendable, CaseIterable {
    /// A training was accepted.
    case published
    /// A person went back to an earlier generation, which also pins it.
    case rolledBack = "rolled_back"
    /// A person chose a generation that stays live whatever is trained.
    case pinned
    /// A person let trainings go live again.
    case unpinned
  }

  package let kind: Kind
  package let generation: Int
  package let time: Date
}
