internal import Detection
internal import SystemPackage

/// YOLO's annotation of a picture: a line for each object, `class cx cy width height`, all but the class as shares of the
/// picture's width and height. An empty file means no object.
enum YOLOFile {
  static func boxes(_ path: FilePath, size: PixelSize) throws(AnnotationError) -> [Box] {
    let text = String(decoding: try bytes(of: path), as: UTF8.self)
    var boxes: [Box] = []
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    {
      let fields = line.split(whereSeparator: \.isWhitespace)
      if fields.isEmpty { continue }
      let numbers = fields.compactMap { Double($0) }
      guard fields.count == 5, numbers.count == 5 else {
        throw AnnotationError(
          path, "line \(index + 1) is not the five numbers class, cx, cy, width, height: “\(line)”")
      }
      let (width, height) = (Double(size.width), Double(size.height))
      let (halfWidth, halfHeight) = (numbers[3] / 2, numbers[4] / 2)
      guard
        let box = Box(
          left: (numbers[1] - halfWidth) * width, top: (numbers[2] - halfHeight) * height,
          right: (numbers[1] + halfWidth) * width, bottom: (numbers[2] + halfHeight) * height)
      else {
        throw AnnotationError(path, "line \(index + 1) is far outside the picture: “\(line)”")
      }
      boxes.append(box)
    }
    return boxes
  }
}
