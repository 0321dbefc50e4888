package import Detection
package import SystemPackage

/// The objects annotated in one picture.
package struct PictureAnnotation: Sendable, Hashable {
  package struct Object: Sendable, Hashable {
    /// Inside the picture, and not empty.
    package let box: Box
    /// The object's class: a name, or YOLO's number; nil if the annotation gives none.
    package let className: String?
    /// Whether it is neither learned from nor counted as missed: Pascal VOC's `difficult`, COCO's `iscrowd` and
    /// `ignore`.
    package let isIgnored: Bool
  }

  /// The annotation file; nil if the picture has none, which in YOLO's format means that it has no objects.
  package let file: FilePath?
  /// In file order.
  package let objects: [Object]
  /// Why objects were left out, one entry per object.
  package let leftOut: [String]
}

/// What a file says about one picture, before it is checked against the picture.
struct StatedAnnotation: Sendable {
  struct Object: Sendable {
    var className: String?
    /// Nil if the file has no readable box.
    var box: Box?
    var isIgnored = false
  }

  var objects: [Object] = []
  /// The picture's size according to the file; nil if the file does not state it.
  var size: PixelSize?
}
