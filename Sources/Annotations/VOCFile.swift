internal import Detection
internal import SystemPackage

/// Pascal VOC's annotation of a picture: XML with the picture's `size` and one `object` per object. Its `bndbox`
/// holds `xmin`, `ymin`, `xmax` and `ymax`, which count pixels from 1 and include the last.
///
/// - SeeAlso: Everingham et al., The PASCAL Visual Object Classes Challenge, IJCV 2010.
enum VOCFile {
  static func annotation(_ path: FilePath) throws(AnnotationError) -> StatedAnnotation {
    let bytes = try bytes(of: path)
    let reading: VOCReading
    do {
      reading = try VOCReading.reading(bytes)
    } catch {
      throw AnnotationError(path, error.message)
    }
    guard reading.hasRoot else {
      throw AnnotationError(path, "the XML is not a Pascal VOC annotation: it has no <annotation>")
    }
    return StatedAnnotation(
      objects: reading.objects.map(\.stated),
      size: PixelSize(statedWidth: reading.width, height: reading.height))
  }
}

/// Collects the objects and the size from the elements.
private final class VOCReading: XMLGatherer {
  struct Object {
    var name: String?
    var isDifficult = false
    /// Keyed by element name.
    var edges: [String: Double] = [:]

    var stated: StatedAnnotation.Object {
      var box: Box?
      if let left = edges["xmin"], let top = edges["ymin"], let right = edges["xmax"],
        let bottom = edges["ymax"]
      {
        box = Box(left: max(left - 1, 0), top: max(top - 1, 0), right: right, bottom: bottom)
      }
      return StatedAnnotation.Object(className: name, box: box, isIgnored: isDifficult)
    }
  }

  private(set) var hasRoot = false
  private(set) var objects: [Object] = []
  private(set) var width, height: Double?

  func begin(_ path: [String]) {
    if path.count == 1 { hasRoot = path == ["annotation"] }
    if path == ["annotation", "object"] { objects.append(Object()) }
  }

  func end(_ path: [String], _ text: String) {
    guard path.count > 2, path[0] == "annotation" else { return }
    let word = text.trimmed
    // Ignore the parts of objects, which can have boxes of their own.
    switch (path[1], path.dropFirst(2)) {
    case ("size", ["width"]): width = Double(word)
    case ("size", ["height"]): height = Double(word)
    case ("object", ["name"]): objects[objects.count - 1].name = word.isEmpty ? nil : word
    case ("object", ["difficult"]):
      objects[objects.count - 1].isDifficult = word == "1" || word.lowercased() == "true"
    case ("object", let parts) where parts.count == 2 && parts.first == "bndbox":
      objects[objects.count - 1].edges[parts.last!] = Double(word)
    default: break
    }
  }
}
