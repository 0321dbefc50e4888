internal import Detection

/// Whether training still improves the detector, and what to do if it does not.
package struct Learning: Sendable, Equatable, Encodable {
  package enum State: String, Sendable, Encodable, CaseIterable {
    /// Trainings are accepted, and new pictures still teach something.
    case improving
    /// New pictures teach nothing more.
    case saturated
    /// Trainings are refused in a row, or windows pile up for review.
    case stuck
    /// There is too little to learn from, or to judge by.
    case starved
  }

  package let state: State
  /// What was tried.
  package let tried: String
  /// What the measures show, most important first.
  package let findings: [String]
  /// The most promising things to do, at most three, the best first.
  package let advice: [String]

  /// This many refusals in a row are not chance.
  static let refusalLimit = 2
  static let adviceLimit = 3

  init(_ facts: LearningFacts) {
    tried = facts.triedInWords
    guard facts.hasModel else {
      state = .starved
      if let error = facts.unusableModel {
        findings = ["the live model cannot be used: \(error)"]
        advice = ["do what the error about the live model says"]
      } else {
        findings = ["there is no model yet"]
        advice = ["run `misfire extract`, then `misfire train`"]
      }
      return
    }
    let symptoms = Symptom.allCases.compactMap { symptom in
      symptom.finding(in: facts).map { (symptom: symptom, finding: $0) }
    }
    let isStuck = facts.refusalsInARow >= Self.refusalLimit || facts.isPiledUp
    let isStarved = symptoms.contains { $0.symptom.starves }
    state =
      isStuck ? .stuck : isStarved ? .starved : facts.isSaturated ? .saturated : .improving
    let telling = isStuck ? symptoms : isStarved ? symptoms.filter(\.symptom.starves) : []
    findings = telling.map(\.finding)
    var advice = telling.map(\.symptom.remedy)
    switch state {
    case .stuck:
      advice += [
        "run `misfire experiment` to see how many hard negatives help; `misfire train --hard-negatives N` "
          + "trains on that many",
        "look at the windows in `misfire report`: pictures dropped since the last accepted training may "
          + "show the object",
      ]
    case .saturated:
      advice.append("drop pictures of another kind: there is nothing more to learn from these")
    case .starved, .improving: break
    }
    self.advice = Array(advice.prefix(Self.adviceLimit))
  }

  private init(_ state: State) {
    (self.state, tried, findings, advice) = (state, "nothing was trained", [], [])
  }

  /// One for tests and simulations.
  package static func example(_ state: State) -> Learning { Learning(state) }

  /// All of it, in sentences.
  package var inWords: String {
    let parts = [
      "learning is \(state.rawValue): \(tried)",
      findings.isEmpty ? nil : "measured: " + findings.joined(separator: "; "),
      advice.isEmpty
        ? nil
        : "to do: "
          + advice.enumerated().map { "(\($0 + 1)) \($1)" }.joined(separator: " "),
    ]
    return parts.compactMap(\.self).joined(separator: ". ")
  }
}

/// Reports once that learning is stuck or starved, and not again until it was neither.
package struct LearningWatch: Sendable {
  private var told: Learning.State?

  package init() {}

  /// - Returns: what to report; nil if there is nothing new.
  package mutating func take(_ learning: Learning) -> Learning? {
    switch learning.state {
    case .improving, .saturated:
      told = nil
      return nil
    case .stuck, .starved:
      guard told != learning.state else { return nil }
      told = learning.state
      return learning
    }
  }
}
