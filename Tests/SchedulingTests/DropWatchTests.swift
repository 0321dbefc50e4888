import Detection
import Mining
import SystemPackage
import Testing

@testable import Corpus
@testable import Scheduling

@Suite struct `The watch on what is dropped` {
  private let limits = OperationalLimits()

  private func reports(_ count: Int, likeObject: Bool, fate: PictureFate = .mined)
    -> [PictureReport]
  {
    let window = HardNegative(
      box: Box(x0: 0, y0: 0, x1: 8, y1: 8), layer: 0, margin: 1, probability: 0.9,
      isSetAside: likeObject)
    return (0..<count).map {
      PictureReport(
        picture: FilePath("/site/inbox/\($0).jpg"), fate: fate, sha256: nil, windows: 1,
        hits: [window], new: [window], generation: 1, duration: .zero, sinceTraining: 0)
    }
  }

  /// Whether a watch stops the intake, after each of these drops.
  private func stops(_ drops: [[PictureReport]]) -> [Bool] {
    var watch = DropWatch()
    return drops.map { watch.note($0, limits) }
  }

  @Test func `stops where more than half of the last twenty look like the object, once`() {
    let (object, other) = (reports(1, likeObject: true), reports(10, likeObject: false))
    // Known and held-out pictures tell nothing.
    let known = reports(5, likeObject: false, fate: .known)
    #expect(
      stops([other, reports(10, likeObject: true), known, object, object])
        == [false, false, false, true, false])
  }

  @Test func `needs twenty`() {
    #expect(
      stops([reports(19, likeObject: true), reports(1, likeObject: false)]) == [false, true])
  }

  @Test func `goes on when what was held back is taken away`() {
    var watch = DropWatch()
    _ = watch.note(reports(20, likeObject: true), limits)
    // All were mined at once, so nothing is held back yet.
    let resumed = [0, 3, 0].map { watch.note(waiting: $0) }
    #expect(resumed == [false, false, true] && !watch.isStopped)
    let stopsAgain = watch.note(reports(19, likeObject: true), limits)
    #expect(!stopsAgain)
  }

  @Test func `counts pictures that are refused since they are in image_dataset`() {
    let refused = (0..<20).map {
      PictureReport(
        picture: FilePath("/site/inbox/\($0).jpg"), fate: .refusedAsObject("it shows the object"),
        sha256: nil, generation: 1, duration: .zero, sinceTraining: 0)
    }
    #expect(stops([refused]) == [true])
  }
}
