internal import FoundationEssentials
internal import SystemPackage

/// COCO's annotation of a whole data set: one JSON file that lists images by name and boxes by image.
///
/// - SeeAlso: https://cocodataset.org/#format-data
struct COCOFile: Sendable {
  let path: FilePath
  private let images: [Image]
  private let pictures: [FilePath]
  private let matching: PictureMatching

  private struct Image: Sendable {
    let name: PictureName
    var annotation: StatedAnnotation
  }

  init(_ path: FilePath, of pictures: [FilePath], in folder: FilePath) throws(AnnotationError) {
    self.path = path
    self.pictures = pictures
    images = try Self.images(in: COCOContents(reading: path), path)
    matching = PictureMatching(
      images.map(\.name), to: pictures.map { PictureName($0, withEnding: true) },
      depth: folder.components.count)
  }

  /// The annotation of the picture at `index`.
  func annotation(of index: Int) throws(AnnotationError) -> StatedAnnotation {
    let name = pictures[index].lastComponent?.string ?? ""
    func names(_ images: [Int]) -> String {
      images.map { self.images[$0].name.inWords }.joined(separator: " and ")
    }
    switch matching.matches[index] {
    case .annotation(let image): return images[image].annotation
    case .none(elsewhere: []):
      throw AnnotationError(path, "\(name) has no annotation: no image has that file_name")
    case .none(let others):
      throw AnnotationError(
        path,
        "\(pictures[index]) has no annotation: the file lists \(names(others)), in another folder")
    case .either(let candidates):
      throw AnnotationError(
        path,
        "\(names(candidates)) could each be \(name); put the pictures into the folders that file_name gives"
      )
    case .contested(let image, with: _):
      throw AnnotationError(
        path,
        "\(names([image])) could be any of the pictures with that name; include the folder in file_name"
      )
    }
  }

  private static func images(in contents: COCOContents, _ path: FilePath) throws(AnnotationError)
    -> [Image]
  {
    let classNames = Dictionary(
      contents.categories.map { ($0.id, $0.name) }, uniquingKeysWith: { first, _ in first })
    var images: [Image] = []
    var indices: [COCOContents.ID: Int] = [:]
    for picture in contents.images {
      if let known = indices[picture.id] {
        guard images[known].name.inWords == PictureName(given: picture.name).inWords else {
          throw AnnotationError(path, "two pictures have the id \(picture.id.text)")
        }
        continue
      }
      indices[picture.id] = images.count
      images.append(
        Image(
          name: PictureName(given: picture.name),
          annotation: StatedAnnotation(size: picture.size)))
    }
    for annotation in contents.annotations {
      // Skip boxes of images that are not listed, as in a file that was cut down to a subset.
      guard let index = indices[annotation.picture] else { continue }
      images[index].annotation.objects.append(
        StatedAnnotation.Object(
          className: annotation.category.map { classNames[$0] ?? $0.text }, box: annotation.box,
          isIgnored: annotation.isIgnored))
    }
    return images
  }
}
