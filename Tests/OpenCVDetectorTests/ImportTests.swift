import Detection
import Foundation
import OpenCVDetector
import TestSupport
import Testing

@Suite struct `A detector from OpenCV` {
  @Test func `may be its own for people`() throws {
    let people = try OpenCVDetector.people()
    #expect(people.hog == .people && people.weights.count == 3780)
    let expected = try Python.run(
      "import cv2; print(*cv2.HOGDescriptor_getDefaultPeopleDetector().ravel())")
    #expect(
      people.weights + [Float(people.bias)]
        == expected.split(whereSeparator: \.isWhitespace).map { Float($0)! })
  }

  @Test(arguments: ["detector.yml", "detector.xml", "detector.json"])
  func `is read as HOGDescriptor wrote it`(name: String) throws {
    try withTemporaryFolder { folder in
      let path = folder.appending(name).string
      _ = try Python.run(
        """
        import cv2, sys, numpy as np
        hog = cv2.HOGDescriptor((48, 32), (12, 16), (6, 8), (6, 8), 7, 1, 2.5, 0, 0.3, False, 64, True)
        hog.setSVMDetector(np.arange(hog.getDescriptorSize() + 1, dtype=np.float32) / 8)
        hog.save(sys.argv[1])
        """, [path])
      let detector = try OpenCVDetector([UInt8](Data(contentsOf: URL(filePath: path))))
      #expect(
        detector.hog
          == HOGDescriptor(
            window: PixelSize(width: 48, height: 32), orientations: 7, cellRows: 8, cellColumns: 6,
            blockRows: 2, blockColumns: 2, squareRoot: false,
            definition: .openCV(
              OpenCVParameters(
                strideRows: 8, strideColumns: 6, windowSigma: 2.5, clip: 0.3, isSigned: true))))
      #expect(detector.weights == (0..<detector.hog.featureCount).map { Float($0) / 8 })
      #expect(detector.bias == Double(detector.hog.featureCount) / 8)
    }
  }

  @Test(arguments: ["", "%YAML:1.0\n---\na: 1\n", "%YAML:1.0\n---\nhog: { winSize: [", "<?xml"])
  func `is refused where it is none`(text: String) {
    #expect(throws: OpenCVDetector.Unusable.self) { try OpenCVDetector(Array(text.utf8)) }
  }
}
