internal import Corpus
internal import Detection
internal import Digest

/// Decides which of any number of hard negatives are the M most confident. It stores at most 2·M candidates of 16
/// bytes.
///
/// The result does not depend on the order in which hard negatives are added, or on repeats: picture and box break
/// ties.
struct MostConfident: Sendable {
  private let limit: Int
  private var candidates: [Candidate] = []
  /// The least of the M most confident so far; nil if there are fewer.
  private var least: Candidate?

  fileprivate struct Candidate: Comparable, Sendable {
    let probability: Double
    let place: UInt64

    static func < (one: Self, other: Self) -> Bool {
      (one.probability, one.place) < (other.probability, other.place)
    }
  }

  /// - Parameter limit: M, at least 1.
  init(limit: Int) {
    precondition(limit >= 1)
    self.limit = limit
  }

  mutating func add(_ hardNegative: HardNegative, of picture: SHA256Digest) {
    let candidate = Candidate(hardNegative, picture)
    if let least, candidate < least { return }
    candidates.append(candidate)
    if candidates.count / 2 >= limit { cut() }
  }

  /// Call this after the last `add` and before `contains`.
  mutating func finish() { cut() }

  func contains(_ hardNegative: HardNegative, of picture: SHA256Digest) -> Bool {
    least.map { $0 <= Candidate(hardNegative, picture) } ?? true
  }

  private mutating func cut() {
    candidates.sort(by: >)
    var unique: [Candidate] = []
    unique.reserveCapacity(min(limit, candidates.count))
    for candidate in candidates where unique.count < limit && candidate != unique.last {
      unique.append(candidate)
    }
    candidates = unique
    least = unique.count == limit ? unique.last : nil
  }
}

extension MostConfident.Candidate {
  fileprivate init(_ hardNegative: HardNegative, _ picture: SHA256Digest) {
    probability = hardNegative.probability
    let box = hardNegative.box
    let content = picture.bytes.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    place = [box.x0, box.y0, box.x1, box.y1].reduce(content) { hash, number in
      var random = SplitMix64(seed: hash ^ UInt64(bitPattern: Int64(number)))
      return random.next()
    }
  }
}
