package import Detection
internal import Durable
internal import Files
package import SystemPackage

/// The boxes that a person drew with Misfire on one picture, stored as Pascal VOC XML.
///
/// - SeeAlso: ``VOCFile``, which reads them for training.
package struct DrawnBoxes: Sendable, Equatable {
  package struct Object: Sendable, Equatable {
    /// Inside the picture, and not empty.
    package let box: Box
    package let className: String

    package init(box: Box, className: String) {
      self.box = box
      self.className = className
    }
  }

  package var objects: [Object]
  private let name: String
  private let size: PixelSize

  /// - Parameters:
  ///   - file: the XML file, which need not exist yet.
  ///   - picture: the picture's name.
  ///   - size: the picture's size in pixels as displayed.
  /// - Throws: `ForeignFile` if another program wrote the file, because rewriting it could lose whatever else it
  ///   holds.
  package init(reading file: FilePath, of picture: String, size: PixelSize) throws {
    try Self.file.require(at: file)
    name = picture
    self.size = size
    guard file.exists else {
      objects = []
      return
    }
    objects = try VOCFile.annotation(file).objects.compactMap { object in
      object.box.map { Object(box: $0.clipped(to: size), className: object.className ?? "object") }
    }
  }

  package func write(to file: FilePath) throws {
    try Durable.createFolder(file.removingLastComponent())
    try Durable.write(xml.utf8, to: file, as: Self.file)
  }

  private static let beginning =
    "<annotation>\n  <source><annotation>Misfire</annotation></source>\n"
  private static let file = OwnFile.text(
    "boxes drawn with Misfire", orElse: "change them with the program that wrote them",
    beginning: [beginning])

  private var xml: String {
    Self.beginning + """
        <filename>\(Self.escaped(name))</filename>
        <size><width>\(size.width)</width><height>\(size.height)</height><depth>3</depth></size>

      """
      + objects.map { object in
        // Pascal VOC counts pixels from 1 and includes the last.
        """
          <object>
            <name>\(Self.escaped(object.className))</name>
            <difficult>0</difficult>
            <bndbox><xmin>\(object.box.x0 + 1)</xmin><ymin>\(object.box.y0 + 1)</ymin>\
        <xmax>\(object.box.x1)</xmax><ymax>\(object.box.y1)</ymax></bndbox>
          </object>

        """
      }.joined() + "</annotation>\n"
  }

  private static func escaped(_ text: String) -> String {
    text.unicodeScalars.map { scalar in
      switch scalar {
      case "&": "&amp;"
      case "<": "&lt;"
      case ">": "&gt;"
      case "\u{20}"..."\u{d7ff}", "\u{e000}"..."\u{fffd}", "\u{10000}"...: String(scalar)
      default: "\u{fffd}"
      }
    }.joined()
  }
}
