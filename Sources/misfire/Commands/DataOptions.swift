internal import ArgumentParser
internal import Pictures

/// The options of every command that reads a data set.
struct DataOptions: ParsableArguments {
  @Flag(help: "Refuse pictures and annotations that cannot be used, instead of leaving them out.")
  var strict = false

  /// Says what was left out, and refuses that with --strict.
  func tell(_ leftOut: LeftOut) throws {
    if strict { try leftOut.refuse() }
    for sentence in leftOut.sentences { note("misfire: \(sentence)") }
  }
}

/// A result as JSON, with an additional key `left_out`: what of the data set could not be used.
struct ResultWithLeftOut<Result: Encodable>: Encodable {
  let result: Result
  let leftOut: LeftOut

  private enum CodingKeys: String, CodingKey {
    case leftOut
  }

  func encode(to encoder: any Encoder) throws {
    try result.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(leftOut, forKey: .leftOut)
  }
}
