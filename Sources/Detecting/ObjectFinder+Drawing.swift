internal import Detection
internal import Durable
internal import Pictures
internal import Raster
internal import Settings
package import SystemPackage

extension ObjectFinder {
  /// Writes a copy of the picture with the objects' boxes and probabilities drawn on it, sized to the picture.
  /// - Parameters:
  ///   - target: its extension determines the format: .jpg or .jpeg, otherwise PNG.
  ///   - isOverwriting: whether an existing file may be replaced.
  /// - Throws: `ForeignFile` if there is one that may not.
  package func draw(
    _ objects: [FoundObject], in picture: FilePath, to target: FilePath, isOverwriting: Bool = false
  ) throws {
    let bytes = try PictureBytes(reading: picture, maximumCount: reader.maximumByteCount)
    var image = try bytes.decodedInColor(maximumPixels: reader.maximumPixels)
    let pen = DrawingPen(for: image.size)
    // The most confident last, so that nothing hides it.
    for object in objects.reversed() {
      // A hand-made model may give values that are not numbers.
      let percent = Int(exactly: (object.probability * 100).rounded()).map { "\($0) %" } ?? "?"
      image.mark(object.box, percent, with: pen)
    }
    try write(image, to: target, isOverwriting: isOverwriting)
  }

  /// Writes a copy of the picture in grey under the best margin at each place: from black for a margin of -1 and below,
  /// over purple and orange, to pale yellow for 1 and above.
  /// - Parameters:
  ///   - target: its extension determines the format: .jpg or .jpeg, otherwise PNG.
  ///   - isOverwriting: whether an existing file may be replaced.
  /// - Throws: `ForeignFile` if there is one that may not.
  package func drawHeat(of picture: FilePath, to target: FilePath, isOverwriting: Bool = false)
    throws
  {
    let (grey, map) = try heat(of: picture)
    try write(ColorImage(map.levels, over: grey), to: target, isOverwriting: isOverwriting)
  }

  /// Refuses an existing file before pictures are scanned in vain; writing checks again.
  package static func requireFree(_ target: FilePath) throws { try newDrawing.require(at: target) }

  private func write(_ image: ColorImage, to target: FilePath, isOverwriting: Bool) throws {
    try Durable.createFolder(target.removingLastComponent())
    let isJPEG = ["jpg", "jpeg"].contains(target.extension?.lowercased())
    try Durable.write(
      Raster.encode(image, as: isJPEG ? .jpeg(quality: 92) : .png), to: target,
      as: isOverwriting ? .anything : Self.newDrawing)
  }

  private static let newDrawing = OwnFile.new(orElse: "use --overwrite")
}

/// Line width and letter size, such that both are visible when a screen shows the whole picture.
struct DrawingPen {
  /// In pixels, at least 2: three thousandths of the picture's mean side.
  let line: Int
  /// As `ColorImage.write` takes it; at 1 capitals are 22 pixels high.
  var letters: Double { max(0.4, Double(line) / 4) }
  var strokes: Int { max(1, line / 2) }
  let color = ColorImage.Color(red: 255, green: 64, blue: 0)
  let paper = ColorImage.Color(red: 0, green: 0, blue: 0)

  init(for picture: PixelSize) {
    line = max(2, Int((Double(picture.width + picture.height) / 2 * 0.003).rounded()))
  }
}

extension ColorImage {
  /// Draws a box with a label above it, or inside if there is no room above; the whole label is inside the image if it
  /// fits.
  mutating func mark(_ box: Box, _ label: String, with pen: DrawingPen) {
    draw(box, in: pen.color, thickness: pen.line)
    let text = Self.size(ofText: label, scale: pen.letters, thickness: pen.strokes)
    let border = pen.line
    let (width, height) = (text.width + 2 * border, text.height + 2 * border)
    let x = max(0, min(box.x0, self.width - width))
    let y = box.y0 - height >= 0 ? box.y0 - height : max(0, min(box.y0, self.height - height))
    fill(Box(x0: x, y0: y, x1: x + width, y1: y + height), with: pen.paper)
    write(
      label, x: x + border, y: y + height - border, in: pen.color, scale: pen.letters,
      thickness: pen.strokes)
  }
}
