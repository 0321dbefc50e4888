internal import Detection
internal import FoundationEssentials
internal import SystemPackage

/// COCO's annotation of a whole set: one JSON file of pictures, by name, and of boxes, by picture.
struct COCOFile: Sendable {
  let path: FilePath
  /// The boxes of each picture by the last part of its `file_name`.
  private let boxesByName: [String: [Box]]

  private struct Contents: Decodable {
    struct Picture: Decodable {
      let id: Int
      let name: String

      enum CodingKeys: String, CodingKey {
        case id
        case name = "file_name"
      }
    }

    struct Annotation: Decodable {
      let picture: Int
      /// Left, top, width and height in pixels.
      let box: [Double]

      enum CodingKeys: String, CodingKey {
        case picture = "image_id"
        case box = "bbox"
      }
    }

    let images: [Picture]
    let annotations: [Annotation]
  }

  init(_ path: FilePath) throws(AnnotationError) {
    let contents: Contents
    do {
      contents = try JSONDecoder().decode(Contents.self, from: try bytes(of: path))
    } catch let error as AnnotationError {
      throw error
    } catch {
      throw AnnotationError(path, "this is no COCO file: \(Self.words(of: error))")
    }
    var names: [Int: String] = [:]
    var boxes: [String: [Box]] = [:]
    for picture in contents.images {
      let name = FilePath(picture.name).lastComponent?.string ?? ""
      guard names.updateValue(name, forKey: picture.id) == nil else {
        throw AnnotationError(path, "two pictures have the id \(picture.id)")
      }
      boxes[name] = []
    }
    for annotation in contents.annotations {
      guard let name = names[annotation.picture] else {
        throw AnnotationError(
          path, "an annotation is of picture \(annotation.picture), which is not listed")
      }
      let edges = annotation.box
      guard edges.count == 4,
        let box = Box(
          left: edges[0], top: edges[1], right: edges[0] + edges[2], bottom: edges[1] + edges[3])
      else {
        throw AnnotationError(path, "a bbox of \(name) is not x, y, width, height: \(edges)")
      }
      boxes[name]?.append(box)
    }
    self.path = path
    boxesByName = boxes
  }

  func boxes(in name: String) throws(AnnotationError) -> [Box] {
    guard let boxes = boxesByName[name] else {
      throw AnnotationError(path, "there is no annotation of \(name): no image has that file_name")
    }
    return boxes
  }

  /// What the decoder missed, and where.
  private static func words(of error: any Error) -> String {
    switch error {
    case DecodingError.keyNotFound(let key, let context):
      "“\(key.stringValue)” is missing\(place(context))"
    case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context),
      DecodingError.dataCorrupted(let context):
      context.debugDescription + place(context)
    default: "\(error)"
    }
  }

  private static func place(_ context: DecodingError.Context) -> String {
    let keys = context.codingPath.map { $0.intValue.map(String.init) ?? $0.stringValue }
    return keys.isEmpty ? "" : " in \(keys.joined(separator: "."))"
  }
}
