internal import Annotations
package import SystemPackage
internal import Text

/// Which of the annotated classes is the object: a detector finds one.
struct ClassChoice {
  /// Nil where the annotations give no class.
  package let name: String?

  /// - Parameters:
  ///   - path: of the annotations.
  ///   - chosen: `object_class`.
  /// - Throws: `ClassNotChosen` where there are several classes and `object_class` names none of them.
  init(of annotations: [PictureAnnotation], at path: FilePath?, chosen: String?)
    throws(ClassNotChosen)
  {
    let objects = annotations.flatMap(\.objects)
    let counts = Dictionary(grouping: objects, by: \.className).mapValues(\.count)
    if let chosen, path != nil, !counts.isEmpty {
      guard counts[chosen] != nil else {
        throw ClassNotChosen(path: path!, chosen: chosen, counts: counts)
      }
      name = chosen
    } else {
      guard counts.count < 2 else {
        throw ClassNotChosen(path: path!, chosen: nil, counts: counts)
      }
      name = counts.keys.first ?? nil
    }
  }
}

/// The annotations are of several classes, and nobody said which is the object.
package struct ClassNotChosen: Error, CustomStringConvertible {
  package let path: FilePath
  /// What the settings say; nil where they say nothing.
  package let chosen: String?
  package let counts: [String?: Int]

  package var description: String {
    let classes = counts.sorted { a, b in (b.value, a.key ?? "") < (a.value, b.key ?? "") }
      .map { "\($0.key.map { "“\($0)”" } ?? "no class") (\($0.value.grouped))" }
      .joined(separator: ", ")
    return chosen.map {
      "\(path): no object is of the class “\($0)”; there are \(classes); correct object_class"
    } ?? """
      \(path): the objects are of several classes: \(classes); say in object_class which of them the detector is to find
      """
  }
}
