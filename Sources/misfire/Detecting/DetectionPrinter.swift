internal import Detecting
internal import Detection
internal import Mining
internal import SystemPackage
internal import Text

/// Prints detections, picture by picture.
struct DetectionPrinter {
  enum Form {
    case text, json, csv
    /// COCO's results: one JSON array.
    case coco(COCOIdentifiers)
  }

  private let form: Form
  /// The class name in CSV and COCO results.
  private let className: String
  /// What comes before the next of COCO's results.
  private var opening = "["

  init(_ form: Form, className: String) {
    self.form = form
    self.className = className
    if case .csv = form { print("image,class,probability,margin,x0,y0,x1,y1") }
  }

  /// - Parameter index: of the picture among all that are scanned.
  mutating func show(_ objects: [FoundObject], in picture: FilePath, at index: Int) throws {
    switch form {
    case .text:
      printNames("\(picture): \(objects.count.counted("object"))")
      for object in objects {
        print("  \(object.probability.fixed(digits: 3))  \(object.box.corners)")
      }
    case .json:
      try printJSON(Line(image: picture.string, detections: objects.map(Line.Detection.init)))
    case .csv:
      for object in objects {
        let numbers = object.box.corners.map(String.init).joined(separator: ",")
        print(
          "\(field(picture.string)),\(field(className)),\(object.probability),\(object.margin),\(numbers)"
        )
      }
    case .coco(let identifiers):
      for object in objects {
        print(opening, terminator: "\n")
        print(
          try jsonLine(
            COCOResult(object, in: picture.string, at: index, className, identifiers)),
          terminator: "")
        opening = ","
      }
    }
  }

  /// Closes what is still open.
  func finish() {
    guard case .coco = form else { return }
    print(opening == "[" ? "[]" : "\n]")
  }

  /// A CSV field, quoted if necessary (RFC 4180).
  private func field(_ text: String) -> String {
    guard text.contains(where: { ",\"\r\n".contains($0) || $0.isNewline }) else { return text }
    return
      "\"\(text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\""))\""
  }

  private struct Line: Encodable {
    struct Detection: Encodable {
      let probability, margin: Double
      let box: [Int]

      init(_ object: FoundObject) {
        probability = object.probability
        margin = object.margin
        box = object.box.corners
      }
    }

    let image: String
    let detections: [Detection]
  }
}

/// The ids of pictures and the class in COCO results.
struct COCOIdentifiers {
  /// For each picture, in their order; nil: they are numbered from 1.
  let pictures: [Int]?
  let category: Int

  func picture(at index: Int) -> Int { pictures?[index] ?? index + 1 }
}

/// One object as COCO's evaluation reads it; it ignores the two names.
///
/// - SeeAlso: https://cocodataset.org/#format-results
private struct COCOResult: Encodable {
  let imageId, categoryId: Int
  /// Left, top, width and height in pixels.
  let bbox: [Int]
  let score: Double
  let fileName, categoryName: String

  init(
    _ object: FoundObject, in picture: String, at index: Int, _ className: String,
    _ identifiers: COCOIdentifiers
  ) {
    imageId = identifiers.picture(at: index)
    categoryId = identifiers.category
    bbox = [object.box.x0, object.box.y0, object.box.size.width, object.box.size.height]
    score = object.probability
    fileName = picture
    categoryName = className
  }
}
