internal import Annotations
package import SystemPackage
internal import Text

/// Chooses the annotated class that is the object; a detector finds only one.
struct ClassChoice {
  /// Nil if the annotations do not state classes.
  let name: String?

  /// - Parameters:
  ///   - path: the path of the annotations.
  ///   - chosen: `object_class`.
  /// - Throws: `ClassNotChosen` if `object_class` names none of the classes, or is not set and there are several.
  init(of annotations: [PictureAnnotation], at path: FilePath?, chosen: String?)
    throws(ClassNotChosen)
  {
    let counts = ClassCounts(of: annotations).sorted
    if let chosen, path != nil, !counts.isEmpty {
      guard counts.contains(where: { $0.name == chosen }) else {
        throw ClassNotChosen(path: path!, chosen: chosen, counts: counts)
      }
      name = chosen
    } else {
      guard counts.count < 2 else {
        throw ClassNotChosen(path: path!, chosen: nil, counts: counts)
      }
      name = counts.first?.name
    }
  }
}

/// The annotations have several classes, and the settings do not choose one of them.
package struct ClassNotChosen: Error, CustomStringConvertible {
  package let path: FilePath
  /// The class that the settings name; nil if they name none.
  package let chosen: String?
  /// The number of objects of each class, most frequent first.
  package let counts: [(name: String?, count: Int)]

  package var description: String {
    let classes = counts.map { "\($0.name.map { "“\($0)”" } ?? "no class") (\($0.count.grouped))" }
      .joined(separator: ", ")
    guard let chosen else {
      return
        "\(path): the objects have several classes: \(classes); set object_class to the one the detector should find"
    }
    let isClassless = counts.allSatisfy { $0.name == nil }
    return "\(path): no object has the class “\(chosen)”"
      + (isClassless
        ? ", because the annotations name no classes: leave object_class out"
        : "; the classes are \(classes); correct object_class")
  }
}
