/// Matches annotations to pictures by name.
///
/// If names are equal, the folders decide. Annotations in `labels` also fit pictures in `images`. An annotation that is
/// still ambiguous is not used: the detector must not learn one picture's boxes on another.
struct PictureMatching: Sendable {
  enum Match: Sendable, Equatable {
    case annotation(Int)
    /// No annotation matches; those in `elsewhere` have the picture's name but another folder.
    case none(elsewhere: [Int])
    /// Several annotations match equally well.
    case either([Int])
    /// This annotation matches another picture equally well.
    case contested(Int, with: Int)
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
  /// The annotations that fit no picture.
  let unused: Set<Int>

  /// - Parameters:
  ///   - pictures: the pictures' names, each with all folders above it.
  ///   - depth: how many of those folders lead to the folder of pictures.
  init(_ annotations: [PictureName], to pictures: [PictureName], depth: Int) {
    let byBytes = Dictionary(grouping: annotations.indices) { annotations[$0].bytes }
    let byText = Dictionary(grouping: annotations.indices) { annotations[$0].text }
    var fits: [Int: [(picture: Int, fit: Fit)]] = [:]
    var unused = Set(annotations.indices)
    matches = pictures.indices.map { index in
      let picture = pictures[index]
      let candidates = byBytes[picture.bytes] ?? byText[picture.text] ?? []
      var fitting = Self.fitting(candidates, of: annotations, to: picture, depth)
      if fitting.isEmpty, let name = picture.amongLabels {
        fitting = Self.fitting(candidates, of: annotations, to: name, depth)
      }
      guard let best = fitting.map(\.fit).max() else { return .none(elsewhere: candidates) }
      let chosen = fitting.filter { $0.fit == best }.map(\.annotation)
      unused.subtract(chosen)
      guard chosen.count == 1 else { return .either(chosen) }
      fits[chosen[0], default: []].append((index, best))
      return .annotation(chosen[0])
    }
    self.unused = unused
    for (annotation, claims) in fits where claims.count > 1 {
      settle(claims, of: annotation, pictures)
    }
  }

  /// Assigns an annotation to the pictures that it fits best, provided that they differ only in their file extension.
  private mutating func settle(
    _ claims: [(picture: Int, fit: Fit)], of annotation: Int, _ pictures: [PictureName]
  ) {
    let best = claims.map(\.fit).max()!
    let winners = claims.filter { $0.fit == best }.map(\.picture)
    for (picture, fit) in claims {
      if fit < best {
        matches[picture] = .none(elsewhere: [annotation])
      } else if let other = winners.first(where: {
        !pictures[$0].isOnePicture(with: pictures[picture])
      }) {
        matches[picture] = .contested(annotation, with: other)
      }
    }
  }

  /// The candidates whose folders do not contradict the picture's.
  private static func fitting(
    _ candidates: [Int], of annotations: [PictureName], to picture: PictureName, _ depth: Int
  ) -> [(annotation: Int, fit: Fit)] {
    candidates.compactMap { candidate in
      fit(of: annotations[candidate], to: picture, depth).map { (annotation: candidate, fit: $0) }
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
