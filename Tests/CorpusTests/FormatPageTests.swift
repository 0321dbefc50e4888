import Corpus
import Detection
import Foundation
import SystemPackage
import TestSupport
import Testing

@Suite struct `The page on formats` {
  @Test func `scores a window in fifteen lines of Python`() throws {
    try withTemporaryFolder { folder in
      let page = try String(
        contentsOf: Python.packageFolder.appending(path: "docs/format.md"), encoding: .utf8)
      let lines = try #require(
        page.firstRange(of: /```python\n/).flatMap { start in
          page[start.upperBound...].firstRange(of: "```").map {
            page[start.upperBound..<$0.lowerBound]
          }
        })
      #expect(lines.split(separator: "\n", omittingEmptySubsequences: false).count <= 16)

      let hog = HOGDescriptor(
        window: PixelSize(width: 24, height: 16), orientations: 7, cellRows: 4, cellColumns: 6,
        blockRows: 2, blockColumns: 3, squareRoot: true, blockNorm: .l2Hys)
      let image = GrayImage(
        width: 24, height: 16,
        pixels: (0..<384).map { UInt8(truncatingIfNeeded: $0 * $0 / 7 + $0 * 13) })
      let svm = LinearSVM(
        hog: hog, weights: (0..<hog.featureCount).map { Float($0 % 11 - 5) / 4 }, bias: 0.5,
        sigmoid: Sigmoid(a: -1.5, b: 0.25))
      let models = ModelStore(
        folder: folder.appending("models"), classifier: folder.appending("model.hdf5"))
      try models.publish(
        ModelFile(svm: svm, generation: 1), training(1),
        in: Ledger(folder.appending("state.sqlite")))

      // The window is at (5, 3) of a larger picture.
      let picture = folder.appending("picture.png")
      _ = try Python.run(
        """
        import cv2, numpy, sys
        picture = numpy.zeros((30, 40), numpy.uint8)
        pixels = numpy.arange(384)
        picture[3:19, 5:29] = (pixels * pixels // 7 + pixels * 13).reshape(16, 24) % 256
        cv2.imwrite(sys.argv[1], picture)
        """, [picture.string])
      let printed = try Python.run(
        String(lines), [picture.string, models.classifier.string, "5", "3", "29", "19"])
      let scores = printed.split(separator: /\s/).compactMap { Double($0) }
      try #require(scores.count == 2)
      let margin = svm.margin(of: hog.features(of: image))
      #expect(abs(scores[0] - margin) < 1e-5)
      #expect(abs(scores[1] - svm.sigmoid.probability(of: margin)) < 1e-5)
    }
  }
}
