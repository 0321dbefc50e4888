internal import Annotations
internal import Detection
internal import SystemPackage

/// The annotation of one picture, in the format that its name tells.
func readAnnotation(_ bytes: [UInt8], named name: String) {
  withScratchFile(bytes, named: name) { file in
    readBoxes(Annotations.init(at:), file.removingLastComponent())
  }
}

/// The annotations of many pictures.
func readCOCO(_ bytes: [UInt8]) {
  withScratchFile(bytes, named: "annotations.json") { readBoxes(Annotations.init(at:), $0) }
}

/// What becomes of boxes: cut off with the picture, and grown by `offset`.
private func readBoxes(
  _ open: (FilePath?) throws(AnnotationError) -> Annotations, _ path: FilePath
) {
  let size = PixelSize(width: 640, height: 480)
  do {
    for box in try open(path).boxes(in: "image_1.jpg", size: size) {
      _ = box.grown(by: 16_384).clipped(to: size)
    }
  } catch {
    _ = "\(error)"
  }
}
