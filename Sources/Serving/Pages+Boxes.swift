internal import Annotations
internal import Detection
internal import Files
internal import Mining
internal import Pictures
internal import Report
internal import Settings
internal import SystemPackage
internal import Text

/// Draws boxes around objects and saves them as Pascal VOC.
extension Pages {
  private static let listLength = 100

  func boxes(_ miner: Miner, _ visit: Visit, told: String? = nil) throws -> HTML {
    let all = try Positive.all(miner.setup.objects)
    guard let asked = visit.query["picture"] else { return try list(all, miner, visit, told) }
    guard let index = all.firstIndex(where: { $0.hex == asked }) else {
      return frame("Boxes", at: "/boxes", "<p>No such picture in image_dataset.</p>\n")
    }
    return try drawing(all, index, miner, told)
  }

  private func list(_ all: [Positive], _ miner: Miner, _ visit: Visit, _ told: String?) throws
    -> HTML
  {
    let asked = visit.query["from"].flatMap { Int($0) } ?? 0
    let start = max(0, min(asked, all.count - 1) / Self.listLength * Self.listLength)
    let part = all[start..<min(all.count, start + Self.listLength)]
    let items: [HTML] = part.map { picture in
      """
      <li><a href="/boxes?picture=\(picture.hex)"><cite dir="auto">\(picture.relative.string)</cite></a>\
      \(picture.file.exists ? ": has boxes" : "")</li>

      """
    }
    let more: HTML =
      part.endIndex < all.count
      ? "<p class=\"turning\"><a href=\"/boxes?from=\(part.endIndex)\" rel=\"next\">next</a></p>\n"
      : ""
    let first = all.first { !$0.file.exists }
    let next: HTML =
      first.map { "<p><a href=\"/boxes?picture=\($0.hex)\">First picture without boxes</a></p>\n" }
      ?? "<p>Every picture has boxes.</p>\n"
    return frame(
      "Boxes", at: "/boxes",
      """
      <p>\(all.count.counted("picture")) of the object. A box around each object tells Misfire where it is; boxes are saved
      as Pascal VOC in \(miner.setup.objects.annotations?.string ?? "files beside the pictures").\(advice(miner.setup.objects))</p>
      \(next)<ul>
      \(items)</ul>
      \(more)
      """, told: told)
  }

  private func advice(_ source: ObjectSource) -> HTML {
    guard source.annotations == nil else { return "" }
    return """
       Set <code>"image_annotations": "\(source.images.value?.string ?? "")"</code> in the settings when all have boxes; until
      then each picture counts as one object.
      """
  }

  private func drawing(_ all: [Positive], _ index: Int, _ miner: Miner, _ told: String?) throws
    -> HTML
  {
    let picture = all[index]
    let title = "Boxes"
    let name: HTML = "<p><cite dir=\"auto\">\(picture.relative.string)</cite></p>\n"
    guard let shown = try miner.thumbnail(of: picture.path, longestSide: 1280, followingLink: true)
    else {
      return frame(title, at: nil, "\(name)<p>It cannot be read as a picture.</p>\n", told: told)
    }
    let drawn = try DrawnBoxes(reading: picture.file, of: picture.name, size: shown.size)
    let rows: [HTML] = drawn.objects.map { object in
      """
      <li>\(object.inWords) \
      \(button("Remove", [("picture", picture.hex), ("remove", object.inWords)], to: "/boxes"))</li>

      """
    }
    let inputs: [HTML] = [("x0", "left"), ("y0", "top"), ("x1", "right"), ("y1", "bottom")].map {
      "<label>\($0.1) <input name=\"\($0.0)\" inputmode=\"numeric\" required=\"required\" size=\"5\"/></label> "
    }
    let className = drawn.objects.last?.className ?? miner.setup.objects.className ?? "object"
    let add = form(
      "/boxes", [("picture", picture.hex)],
      """
      \(inputs)<label>class <input name="class" value="\(className)" required="required"/></label> \
      <button>Add the box</button>
      """)
    let links: [HTML] = [(index - 1, "previous"), (index + 1, "next")].compactMap { other, word in
      all.indices.contains(other)
        ? "<a href=\"/boxes?picture=\(all[other].hex)\">\(word)</a> " : nil
    }
    return frame(
      title, at: nil,
      """
      \(name)<p>Drag a box around an object, or enter its edges in pixels of the picture; then add it.</p>
      <div class="drawing">\(shown.marking(drawn.objects.map(\.box), "\(picture.relative.string) with its boxes", id: "drawing"))</div>
      <div id="edges">\(add)</div>
      <ul>\(rows)</ul>
      <p class="turning">\(links)<a href="/boxes">all</a></p>

      """, told: told)
  }

  /// Adds or removes a box.
  func changeBoxes(_ miner: Miner, _ visit: Visit) throws -> Answer {
    let all = try Positive.all(miner.setup.objects)
    guard let picture = all.first(where: { $0.hex == visit.form["picture"] }),
      let size = try miner.thumbnail(of: picture.path, followingLink: true)?.size
    else { return .page(failure("No such picture in image_dataset."), status: 404) }
    var drawn = try DrawnBoxes(reading: picture.file, of: picture.name, size: size)
    if let removed = visit.form["remove"] {
      guard let index = drawn.objects.firstIndex(where: { $0.inWords == removed }) else {
        return .page(
          failure("The boxes have changed since this page was shown: look again."), status: 409)
      }
      drawn.objects.remove(at: index)
    } else {
      let edges = ["x0", "y0", "x1", "y1"].compactMap { name in
        visit.form[name].flatMap { Double($0) }.flatMap { Int(exactly: $0.rounded()) }
      }
      guard edges.count == 4 else {
        return .page(failure("A box needs four edges in pixels."), status: 400)
      }
      let box = Box(x0: edges[0], y0: edges[1], x1: edges[2], y1: edges[3]).clipped(to: size)
      guard !box.isEmpty else {
        return .page(failure("That box is empty, or outside the picture."), status: 400)
      }
      let className = visit.form["class"] ?? ""
      drawn.objects.append(.init(box: box, className: className.isEmpty ? "object" : className))
    }
    try drawn.write(to: picture.file)
    return .goTo("/boxes?picture=\(picture.hex)")
  }
}

extension DrawnBoxes.Object {
  fileprivate var inWords: String {
    "\(className): \(box.x0), \(box.y0) to \(box.x1), \(box.y1)"
  }
}

/// A picture of `image_dataset`, and where its boxes are saved.
private struct Positive {
  let path, relative: FilePath
  /// The XML file.
  let file: FilePath

  var hex: String { relative.hex }
  var name: String { path.lastComponent?.string ?? "" }

  static func all(_ source: ObjectSource) throws -> [Positive] {
    guard let folder = source.images.value else { throw NoDataset() }
    let pictures = try listPictures(in: folder, LeftOut())
    let labels = source.annotations.flatMap { folderEntry(at: $0) }
    if let labels, labels.kind == .file { throw BoxesElsewhere(file: labels.path) }
    if let labels {
      let annotations = try Annotations(.init(at: labels.path, LeftOut()), of: pictures, in: folder)
      if let file = annotations.firstNotDrawn { throw BoxesElsewhere(file: file) }
    }
    return pictures.map { picture in
      var relative = picture
      _ = relative.removePrefix(folder)
      var file = source.annotations.map { $0.appending(relative.components) } ?? picture
      file.extension = "xml"
      return Positive(path: picture, relative: relative, file: file)
    }
  }
}

/// Another program wrote the boxes, in a form that is only read here: COCO, YOLO or MATLAB.
private struct BoxesElsewhere: Error, CustomStringConvertible {
  let file: FilePath

  var description: String {
    "There are boxes in \(file): change them with the program that wrote it, or set image_annotations to a folder of Pascal VOC files."
  }
}

/// The settings do not name pictures of the object.
private struct NoDataset: Error, CustomStringConvertible {
  let description = "The settings name no pictures of the object: set `image_dataset`."
}
