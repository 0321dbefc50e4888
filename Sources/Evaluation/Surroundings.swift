internal import Annotations
package import Detection
package import Digest
package import Pictures
package import SystemPackage

/// A picture that negatives may come from, except for the objects in it.
package struct NegativePicture: Sendable, Equatable {
  package let path: FilePath
  /// No negative shows a pixel of these: the objects and the clearance around them; empty if there are none.
  package let objects: [Box]

  package init(_ path: FilePath, showing objects: [Box] = []) {
    self.path = path
    self.objects = objects
  }
}

/// The surroundings of annotated pictures' objects, from which negatives may come.
///
/// A picture is identified by its content: if it is in the data set twice, each with its own boxes, all of them count.
package struct Surroundings: Sendable {
  /// What negatives may come from.
  package let teaching: [NegativePicture]
  /// Pictures that measure detectors, so that no negatives may come from them.
  package let heldOut: [NegativePicture]
  private let byContent: [SHA256Digest: Standing]

  /// What happens to a picture's surroundings.
  package enum Standing: Sendable {
    case teaches(NegativePicture)
    case measures(NegativePicture)
  }

  package static let none = Surroundings([], clearance: 0, without: [])

  /// - Parameters:
  ///   - pictures: with their contents, and whether each one's objects have been trained on. Those with an object without a
  ///     usable box are left out, because its place is unknown.
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

  /// - Returns: nil if nothing is known of such a picture, or too little.
  package func standing(of digest: SHA256Digest) -> Standing? { byContent[digest] }
}
