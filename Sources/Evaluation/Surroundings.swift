internal import Annotations
package import Detection
package import Digest
package import Pictures
package import SystemPackage

/// A picture that negatives may come from, but for the objects in it.
package struct NegativePicture: Sendable, Equatable {
  package let path: FilePath
  /// No negative shows a pixel of these: the objects with what must stay clear around them; empty where there is none.
  package let objects: [Box]

  package init(_ path: FilePath, showing objects: [Box] = []) {
    self.path = path
    self.objects = objects
  }
}

/// What lies around the objects of annotated pictures, for negatives to come from.
///
/// A picture is known by its content: where it is in the data set twice, each with boxes of its own, all of them count.
package struct Surroundings: Sendable {
  /// What negatives may come from.
  package let teaching: [NegativePicture]
  /// What measures detectors, so that none may.
  package let heldOut: [NegativePicture]
  private let byContent: [SHA256Digest: Standing]

  /// What becomes of a picture's surroundings.
  package enum Standing: Sendable {
    case teaches(NegativePicture)
    case measures(NegativePicture)
  }

  package static let none = Surroundings([], clearance: 0, without: [])

  /// - Parameters:
  ///   - pictures: with their contents, and whether each one's objects have been learnt from. Those with an object that has no
  ///     usable box are left out: nobody knows where it is.
  ///   - clearance: pixels around each object that stay clear.
  ///   - forgotten: contents that are left out.
  package init(
    _ pictures: [(picture: AnnotatedPicture, digest: SHA256Digest, hasTaught: Bool)],
    clearance: Int, without forgotten: Set<SHA256Digest>
  ) {
    var byContent: [SHA256Digest: Standing] = [:]
    var all: [Standing] = []
    let groups = Dictionary(grouping: pictures, by: \.digest)
    for (_, digest, _) in pictures where byContent[digest] == nil && !forgotten.contains(digest) {
      let same = groups[digest]!
      guard same.allSatisfy(\.picture.isComplete) else { continue }
      let objects = same.flatMap { $0.picture.boxes + $0.picture.ignored }
      let picture = NegativePicture(
        same[0].picture.path, showing: objects.map { $0.grown(by: clearance) })
      let standing: Standing =
        same.contains(where: \.hasTaught) ? .teaches(picture) : .measures(picture)
      byContent[digest] = standing
      all.append(standing)
    }
    self.byContent = byContent
    teaching = all.compactMap { if case .teaches(let picture) = $0 { picture } else { nil } }
    heldOut = all.compactMap { if case .measures(let picture) = $0 { picture } else { nil } }
  }

  /// - Returns: nil where nothing is known of such a picture, or too little.
  package func standing(of digest: SHA256Digest) -> Standing? { byContent[digest] }
}
