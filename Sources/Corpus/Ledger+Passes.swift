internal import GRDB

/// A whole look at the kept pictures with one generation's model.
public struct PassRecord: Hashable, Sendable {
  public let generation: Int
  /// The pictures it looked at.
  public let images: Int
  /// The hard negatives that were new.
  public let hardNegatives: Int
  /// The objective on everything over the objective on what the generation was trained on.
  public let ratio: Double

  public init(generation: Int, images: Int, hardNegatives: Int, ratio: Double) {
    self.generation = generation
    self.images = images
    self.hardNegatives = hardNegatives
    self.ratio = ratio
  }
}

extension Ledger {
  public func record(_ pass: PassRecord) throws(LedgerError) {
    try write {
      try $0.execute(
        sql: """
          INSERT INTO passes (generation, images, hard_negatives, ratio) VALUES (?, ?, ?, ?)
          """,
        arguments: [pass.generation, pass.images, pass.hardNegatives, pass.ratio])
    }
  }

  /// The last whole look; nil before the first.
  public func lastPass() throws(LedgerError) -> PassRecord? {
    try read {
      try Row.fetchOne($0, sql: "SELECT * FROM passes ORDER BY id DESC LIMIT 1").map {
        PassRecord(
          generation: $0["generation"], images: $0["images"],
          hardNegatives: $0["hard_negatives"], ratio: $0["ratio"])
      }
    }
  }
}
