import Corpus
import Detection
import Mining
import Testing

@testable import Daemon

@Suite struct `The message that windows were set aside` {
  @Test(arguments: [
    (1, 0, "set aside the only window of a.jpg: it, or a window that it overlaps, looks more like"),
    (3, 0, "set aside all 3 windows of a.jpg: they, or windows that they overlap, look more like"),
    (1, 2, "set aside 1 window of a.jpg: it, or a window that it overlaps, looks more like"),
    (2, 1, "set aside 2 windows of a.jpg: they, or windows that they overlap, look more like"),
  ])
  func `is good English for any number of them`(aside: Int, others: Int, start: String) {
    let windows = (0..<(aside + others)).map { index in
      HardNegative(
        box: Box(x0: index, y0: 0, x1: index + 96, y1: 32), layer: 0, margin: 1, probability: 0.9,
        isSetAside: index < aside)
    }
    let report = PictureReport(
      picture: "a.jpg", fate: .mined, sha256: nil, windows: 9, hits: windows, new: windows,
      generation: 1, duration: .zero, sinceTraining: others)
    let message = LogMessage.of(report, retrainThreshold: 100).last
    #expect(message?.text.hasPrefix(start) == true, "\(message?.text ?? "none")")
  }
}
