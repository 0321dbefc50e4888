internal import Foundation

/// What is kept of a generation's measures, in its model file and in the ledger.
public struct GenerationMetrics: Sendable, Codable, Equatable {
  /// On held-out pictures; nil for models from before there was one.
  public var evaluation: EvaluationReport?

  public init(evaluation: EvaluationReport?) {
    self.evaluation = evaluation
  }

  /// Reads what `json` wrote; unknown parts are passed over, missing ones are nil.
  public init(json: String) throws {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    self = try decoder.decode(Self.self, from: Data(json.utf8))
  }

  /// One line of JSON.
  var json: String {
    get throws {
      let encoder = JSONEncoder()
      encoder.keyEncodingStrategy = .convertToSnakeCase
      encoder.outputFormatting = .sortedKeys
      return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
  }
}
