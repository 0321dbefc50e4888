package import Detection
package import Digest
internal import Text

/// What made a shard, and all others of the same mining: the model, and the settings.
package struct ShardOrigin: Hashable, Sendable, Codable {
  /// The SHA-256, in hexadecimal digits, of what determines the model's results: its weights and its guard's.
  package var model: String
  /// The training run the model came from; nil for one without a number.
  package var generation: Int?
  /// The settings that affect the results, each with its value in words.
  package var settings: [String: String]
  /// Whether a person vouched for the pictures, so that nothing waits for review.
  package var isChosen: Bool
  /// The number of shards of the mining.
  package var shards: Int

  package init(
    model: String, generation: Int?, settings: [String: String], isChosen: Bool, shards: Int
  ) {
    self.model = model
    self.generation = generation
    self.settings = settings
    self.isChosen = isChosen
    self.shards = shards
  }

  /// In words, how this differs from `other`; nil if it does not.
  package func difference(from other: ShardOrigin) -> String? {
    var differences: [String] = []
    if model != other.model || generation != other.generation {
      differences.append("the model \(modelInWords), not \(other.modelInWords)")
    }
    for name in Set(settings.keys).union(other.settings.keys).sorted()
    where settings[name] != other.settings[name] {
      differences.append(
        "\(name) \(settings[name] ?? "missing"), not \(other.settings[name] ?? "missing")")
    }
    if isChosen != other.isChosen {
      differences.append("\(isChosen ? "with" : "without") --chosen")
    }
    if shards != other.shards { differences.append("\(shards) shards, not \(other.shards)") }
    return differences.isEmpty ? nil : differences.joined(separator: "; ")
  }

  /// "of generation 3 (sha256 12ab34cd56ef)"
  package var modelInWords: String {
    "of \(generation.map { "generation \($0)" } ?? "no generation") (\(model.prefix(12)))"
  }

  /// One line of JSON, as stored in shards and beside them.
  package var line: String { get throws { try jsonLine(self) } }

  /// Reads what `line` wrote.
  package init(line: String) throws {
    // The names of settings contain underscores, which a key conversion would remove.
    try self.init(jsonLine: line.utf8)
  }
}

extension LinearSVM {
  /// Identifies the model's results, whatever file it is in.
  package func digest(with objectGuard: ObjectGuard?, reviewMargin: Double?) -> SHA256Digest {
    var stream = SHA256Stream()
    func add(_ numbers: [Double], to stream: inout SHA256Stream) {
      stream.add(numbers.map(\.bitPattern.littleEndian))
    }
    stream.add(weights)
    add([bias, sigmoid.a, sigmoid.b, reviewMargin ?? .infinity], to: &stream)
    if let objectGuard {
      stream.add(objectGuard.weights)
      add([objectGuard.bias, objectGuard.margin], to: &stream)
    }
    return stream.finish()
  }
}
