internal import Detection
internal import SystemPackage

/// YOLO's annotation of a picture: one line per object, `class cx cy width height`, all but the class as fractions of
/// the picture's width and height. An empty file means no objects.
///
/// As in ultralytics' output, a line can continue with a confidence and a track id, which are ignored. It can also
/// list the corners of a polygon or rotated box instead, `class x y x y x y …`; its upright bounding box is used.
///
/// - SeeAlso: https://docs.ultralytics.com/datasets/detect/
enum YOLOFile {
  /// How far a fraction can be outside 0...1. Ultralytics accepts as much and clips it.
  private static let tolerance = 0.01

  static func annotation(
    _ path: FilePath, size: PixelSize
  ) throws(AnnotationError) -> StatedAnnotation {
    var annotation = StatedAnnotation()
    let lines = try text(of: path).split(
      omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    for (index, line) in lines.enumerated() {
      let fields = line.split { $0.isWhitespace || $0 == "," || $0 == ";" }
      if fields.isEmpty { continue }
      let numbers = fields.compactMap { Double($0) }
      guard numbers.count == fields.count, let number = Int(exactly: numbers[0]), number >= 0,
        let (edges, shares) = edges(fields, numbers)
      else {
        throw AnnotationError(
          path,
          """
          line \(index + 1) must be class, cx, cy, width, height, or class and the corners of a polygon, but is: “\(line)”
          """)
      }
      guard shares.allSatisfy({ (-tolerance...1 + tolerance).contains($0) }) else {
        throw AnnotationError(
          path,
          """
          line \(index + 1) has numbers that are not fractions of the picture, from 0 to 1; are they pixels? “\(line)”
          """)
      }
      let (width, height) = (Double(size.width), Double(size.height))
      annotation.objects.append(
        StatedAnnotation.Object(
          className: String(number),
          box: Box(
            left: edges[0] * width, top: edges[1] * height, right: edges[2] * width,
            bottom: edges[3] * height)))
    }
    return annotation
  }

  /// The left, top, right and bottom edges of a line's box, and the fractions that the line states; nil if no form
  /// has that many numbers.
  private static func edges(_ fields: [Substring], _ numbers: [Double])
    -> (edges: [Double], shares: [Double])?
  {
    // A track id is a whole number from 1 up; three corners never end with one.
    let hasTrack = numbers.count == 7 && fields[6].allSatisfy(\.isNumber) && numbers[6] >= 1
    if (5...6).contains(numbers.count) || hasTrack || isPose(numbers) {
      let (x, y, halfWidth, halfHeight) = (numbers[1], numbers[2], numbers[3] / 2, numbers[4] / 2)
      return (
        [x - halfWidth, y - halfHeight, x + halfWidth, y + halfHeight], Array(numbers[1...4])
      )
    }
    let corners = Array(numbers.dropFirst())
    guard corners.count >= 6, corners.count.isMultiple(of: 2) else { return nil }
    let x = stride(from: 0, to: corners.count, by: 2).map { corners[$0] }
    let y = stride(from: 1, to: corners.count, by: 2).map { corners[$0] }
    return ([x.min()!, y.min()!, x.max()!, y.max()!], corners)
  }

  /// Whether keypoints follow the box, each with its visibility: 0, 1 or, unlike any coordinate, 2.
  private static func isPose(_ numbers: [Double]) -> Bool {
    guard numbers.count > 5, (numbers.count - 5).isMultiple(of: 3) else { return false }
    let keypoints = stride(from: 5, to: numbers.count, by: 3).map {
      (x: numbers[$0], y: numbers[$0 + 1], visibility: numbers[$0 + 2])
    }
    guard keypoints.allSatisfy({ [0, 1, 2].contains($0.visibility) }) else { return false }
    // A polygon's corners are pairs.
    if numbers.count.isMultiple(of: 2) || keypoints.contains(where: { $0.visibility == 2 }) {
      return true
    }
    // The corners of a polygon on the edges of the picture are 0 and 1, too. But a pose's box lies in the picture, its
    // keypoints lie in the box, and those that are not labelled are zeros.
    let (x, y, halfWidth, halfHeight) = (numbers[1], numbers[2], numbers[3] / 2, numbers[4] / 2)
    let edges = [x - halfWidth, y - halfHeight, x + halfWidth, y + halfHeight]
    guard halfWidth > 0, halfHeight > 0,
      edges.allSatisfy({ (-tolerance...1 + tolerance).contains($0) })
    else { return false }
    return keypoints.allSatisfy { point in
      if point.visibility == 0 { return point.x == 0 && point.y == 0 }
      return abs(point.x - x) <= halfWidth + tolerance
        && abs(point.y - y) <= halfHeight + tolerance
    }
  }
}
