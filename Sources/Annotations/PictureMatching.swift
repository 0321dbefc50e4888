/// Matches annotations to pictures by name.
///
/// If names are equal, the folders decide. An annotation that is still ambiguous is not used: the detector must not
/// learn one picture's boxes on another.
struct PictureMatching: Sendable {
  enum Match: Sendable, Equatable {
    case annotation(Int)
    /// No annotation matches; those in `elsewhere` have the picture's name but another folder.
    case none(elsewhere: [Int])
    /// Several annotations match equally well.
    case either([Int])
    /// This annotation matches other pictures equally well.
    case contested(Int)
  }

  /// How well an annotation fits a picture; the greatest fits best.
  private struct Fit: Comparable {
    /// Whether its path equals the picture's path below the folder of pictures.
    let isSamePath: Bool
    /// How many parent folders agree, counted from the innermost.
    let common: Int

    static func < (a: Fit, b: Fit) -> Bool {
      (a.isSamePath ? 1 : 0, a.common) < (b.isSamePath ? 1 : 0, b.common)
    }
  }

  /// One match per picture, in the order of the pictures.
  private(set) var matches: [Match]

  /// - Parameters:
  ///   - pictures: the pictures' names, each with all folders above it.
  ///   - depth: how many of those folders lead to the folder of pictures.
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

  /// Assigns an annotation to the pictures that it fits best, provided that they are all in one folder: such pictures
  /// differ only in their file extension.
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
