package import Corpus
internal import SystemPackage
internal import Text

/// Pictures that a repair needs are nowhere to be found; no hard negative was given up.
package struct PicturesMissing: Error, CustomStringConvertible {
  package let images: [ImageRecord]

  init(_ images: [ImageRecord]) {
    self.images = images
  }

  package var description: String {
    let first = images[0].kept?.string ?? images[0].name.string
    let hardNegatives = images.map(\.hardNegatives).reduce(0, +)
    return """
      \(images.count.counted("picture")) \(images.count == 1 ? "is" : "are") not where \
      \(images.count == 1 ? "it was" : "they were") kept, the first of them \(first): put them back, or say \
      in hn_mined where they are now; `misfire verify --repair --forget` gives up their \
      \(hardNegatives.counted("hard negative"))
      """
  }
}
