/// Which annotation belongs to which picture, by their names.
///
/// Equal names in different folders are told apart by the folders. What cannot be told apart belongs to nobody: a detector
/// must not learn one picture's boxes on another.
struct PictureMatching: Sendable {
  enum Match: Sendable, Equatable {
    case annotation(Int)
    /// None has its name; some of another folder may have the last part.
    case none(elsewhere: [Int])
    /// Each of these could be meant.
    case either([Int])
    /// This one could as well be meant for other pictures.
    case contested(Int)
  }

  /// How well an annotation fits a picture, the best last.
  private struct Fit: Comparable {
    /// Whether it has the picture's own path below the folder of pictures.
    let isSamePath: Bool
    /// How many of the nearest folders are the same.
    let common: Int

    static func < (a: Fit, b: Fit) -> Bool {
      (a.isSamePath ? 1 : 0, a.common) < (b.isSamePath ? 1 : 0, b.common)
    }
  }

  /// For each picture, in their order.
  private(set) var matches: [Match]

  /// - Parameters:
  ///   - pictures: with all folders above each.
  ///   - depth: how many of those are above the folder of pictures.
  init(_ annotations: [PictureName], to pictures: [PictureName], depth: Int) {
    let byBytes = Dictionary(grouping: annotations.indices) { annotations[$0].bytes }
    let byText = Dictionary(grouping: annotations.indices) { annotations[$0].text }
    var fits: [Int: [(picture: Int, fit: Fit)]] = [:]
    matches = pictures.indices.map { index in
      let picture = pictures[index]
      let candidates = byBytes[picture.bytes] ?? byText[picture.text] ?? []
      let fitting = candidates.compactMap { candidate in
        Self.fit(of: annotations[candidate], to: picture, depth).map { (candidate, fit: $0) }
      }
      guard let best = fitting.map(\.fit).max() else { return .none(elsewhere: candidates) }
      let chosen = fitting.filter { $0.fit == best }.map(\.0)
      guard chosen.count == 1 else { return .either(chosen) }
      fits[chosen[0], default: []].append((index, best))
      return .annotation(chosen[0])
    }
    for (annotation, claims) in fits where claims.count > 1 {
      settle(claims, of: annotation, pictures)
    }
  }

  /// Leaves an annotation to the picture that it fits best, and to those beside it that share its name except for the ending.
  private mutating func settle(
    _ claims: [(picture: Int, fit: Fit)], of annotation: Int, _ pictures: [PictureName]
  ) {
    let best = claims.map(\.fit).max()!
    let winners = claims.filter { $0.fit == best }.map(\.picture)
    let areTogether = winners.allSatisfy { pictures[$0].folders == pictures[winners[0]].folders }
    for (picture, fit) in claims {
      if fit < best {
        matches[picture] = .none(elsewhere: [annotation])
      } else if !areTogether {
        matches[picture] = .contested(annotation)
      }
    }
  }

  /// Nil if the folders contradict each other.
  private static func fit(of annotation: PictureName, to picture: PictureName, _ depth: Int) -> Fit?
  {
    let own = picture.folders.count - depth
    let common = annotation.foldersInCommon(with: picture)
    guard common == annotation.folders.count || common >= own else { return nil }
    return Fit(
      isSamePath: common >= own && annotation.folders.count == own, common: common)
  }
}
