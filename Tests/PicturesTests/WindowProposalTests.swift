import Detection
import TestSupport
import Testing

@testable import Mining
@testable import Pictures

@Suite struct `A window for boxes` {
  @Test func `has their mean shape, about 80×80 pixels, in whole cells`() {
    let proposal = WindowProposal(for: [(100, 40), (140, 60), (180, 68)].map(PixelSize.init))
    // The mean is 140×56, plus 5 pixels on each side.
    #expect(proposal.window == PixelSize(width: 120, height: 56) && proposal.cell == 8)
    #expect(proposal.offset == 5 && proposal.upsample == 1)
    #expect(proposal.tooSmall == 0 && proposal.tooLong == 0)
  }

  @Test func `is smaller for small objects, and enlarges pictures for the smallest`() {
    let small = WindowProposal(for: Array(repeating: PixelSize(width: 48, height: 48), count: 20))
    #expect(small.window.width == small.window.height && (48...72).contains(small.window.width))
    #expect(small.tooSmall == 0 && small.upsample == 1)
    let tiny = WindowProposal(for: Array(repeating: PixelSize(width: 12, height: 12), count: 20))
    #expect(tiny.upsample > 1 && tiny.cell == 4 && tiny.tooSmall == 0)
  }

  @Test func `is told of the few that it does not fit`() {
    let usual = Array(repeating: PixelSize(width: 120, height: 60), count: 19)
    let small = WindowProposal(for: usual + [PixelSize(width: 20, height: 10)])
    #expect(small.tooSmall == 1 && small.tooLong == 0)
    let long = WindowProposal(for: usual + [PixelSize(width: 300, height: 50)])
    #expect(long.tooSmall == 0 && long.tooLong == 1)
  }

  /// Tries every height: no window of this shape overlaps the object more than claimed.
  @Test(arguments: UInt64(1)...20) func `fits what some window shares a half with`(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    func size() -> PixelSize {
      PixelSize(
        width: .random(in: 20...200, using: &generator),
        height: .random(in: 20...200, using: &generator))
    }
    let (window, object) = (size(), size())
    let fit = WindowFit(window: window, upsample: 1)
    let area = Double(object.width * object.height)
    let best = stride(from: 0.01, to: 20, by: 0.001).map { scale in
      let (width, height) = (Double(window.width) * scale, Double(window.height) * scale)
      let common = min(width, Double(object.width)) * min(height, Double(object.height))
      return common / (area + width * height - common)
    }.max()!
    #expect(fit.isTooLong(object) == (best < 0.5), "\(object) by \(window): \(best)")
  }
}
