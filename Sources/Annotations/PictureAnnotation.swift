package import Detection
package import SystemPackage

/// What is known of the objects in one picture.
package struct PictureAnnotation: Sendable, Hashable {
  package struct Object: Sendable, Hashable {
    /// Inside the picture, and not empty.
    package let box: Box
    /// The object's class: a name, or YOLO's number; nil if the annotation gives none.
    package let className: String?
    /// Whether nobody should learn from it nor count it as missed: Pascal VOC's `difficult`, COCO's `iscrowd` and `ignore`.
    package let isIgnored: Bool
  }

  /// Where it says so; nil if no file speaks of the picture, which in YOLO's form means that it shows no object.
  package let file: FilePath?
  /// In the order of the file.
  package let objects: [Object]
  /// What is wrong with the objects that are left out, one entry each.
  package let leftOut: [String]
}

/// What the file of one picture says, before anything of it is held against the picture.
struct StatedAnnotation: Sendable {
  struct Object: Sendable {
    var className: String?
    /// Nil if the file has none that can be read.
    var box: Box?
    var isIgnored = false
  }

  var objects: [Object] = []
  /// The picture's size as the file has it; nil if it says nothing.
  var size: PixelSize?
}
