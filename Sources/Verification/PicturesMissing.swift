package import Corpus
internal import SystemPackage
internal import Text

/// Pictures that a repair needs cannot be found; none of their hard negatives was given up.
package struct PicturesMissing: Error, CustomStringConvertible {
  package let pictures: [PictureRecord]

  init(_ pictures: [PictureRecord]) {
    self.pictures = pictures
  }

  private var hardNegatives: Int { pictures.map(\.hardNegatives).reduce(0, +) }

  package var description: String {
    let deleted = pictures.filter { $0.deleted != nil }
    if !deleted.isEmpty { return description(ofDeleted: deleted) }
    let first = pictures[0].kept?.string ?? pictures[0].name.string
    return """
      \(pictures.count.counted("picture")) \(pictures.count == 1 ? "is" : "are") not where \
      \(pictures.count == 1 ? "it was" : "they were") kept, the first of them \(first): put them back, or set \
      hn_mined to the folder they are in now; `misfire verify --repair --forget` gives up their \
      \(hardNegatives.counted("hard negative"))
      """
  }

  /// Nobody can put these back.
  private func description(ofDeleted deleted: [PictureRecord]) -> String {
    let others = pictures.count - deleted.count
    return """
      \(deleted.count.counted("picture")) \(deleted.count == 1 ? "was" : "were") deleted because of hn_keep_mined\
      \(others > 0 ? ", and \(others.counted("other picture")) \(others == 1 ? "is" : "are") not where they were kept" : ""): \
      restore the HDF5 file from a backup, or put copies of the pictures into hn_mined; `misfire verify --repair --forget` gives \
      up their \(hardNegatives.counted("hard negative"))
      """
  }
}
