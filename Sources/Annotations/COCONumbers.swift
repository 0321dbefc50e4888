package import SystemPackage

/// The ids of pictures and classes in a COCO file. COCO's evaluation matches results by them.
package struct COCONumbers: Sendable {
  /// `image_id` of each picture, in the order of the pictures.
  package let pictures: [Int]
  /// `category_id` by name.
  package let categories: [String: Int]

  /// Looks up the pictures in a COCO file by name, and by folder if names are ambiguous.
  /// - Throws: if the file is not COCO, if a picture matches no image or several, or if an id is not a number.
  package init(_ file: FilePath, of pictures: [FilePath]) throws(AnnotationError) {
    let contents = try COCOContents(reading: file)
    let names = pictures.map { PictureName($0, withEnding: true) }
    let matching = PictureMatching(
      contents.images.map { PictureName(given: $0.name) }, to: names, depth: 0)
    var numbers: [Int] = []
    for (path, match) in zip(pictures, matching.matches) {
      guard case .annotation(let index) = match else {
        throw AnnotationError(
          file, "no image, or more than one, matches the file name of \(path); results need its id"
        )
      }
      numbers.append(try Self.number(contents.images[index].id, in: file))
    }
    self.pictures = numbers
    var categories: [String: Int] = [:]
    for category in contents.categories {
      categories[category.name] = try Self.number(category.id, in: file)
    }
    self.categories = categories
  }

  private static func number(_ id: COCOContents.ID, in file: FilePath) throws(AnnotationError)
    -> Int
  {
    guard let number = Int(id.text) else {
      throw AnnotationError(
        file, "the id “\(id.text)” is not a number of 64 bits, which COCO results require")
    }
    return number
  }
}
