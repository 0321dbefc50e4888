package import Detection
package import SystemPackage

/// How pictures are read.
package struct PictureReader: Hashable, Sendable {
  /// Larger pictures are refused before they are decoded.
  package let maximumMegapixels: Double
  /// Whether the descriptor looks at colours.
  package let keepsColors: Bool
  /// How many pictures are read at a time.
  package let threads: Int

  /// The most pixels a picture may have.
  package var maximumPixels: Int { Int(maximumMegapixels * 1e6) }

  /// The most that any settings may allow.
  package static let largestMaximumPixels = Int(Settings.largestMegapixels * 1e6)
}

/// Where the pictures of the object are, and how windows are cut out of them.
package struct ObjectSource: Hashable, Sendable {
  /// The folder of pictures.
  package let images: Needed<FilePath>
  /// Where their boxes are; nil: each picture is one object.
  package let annotations: FilePath?
  /// Which class of the annotations is the object; nil: there is only one.
  package let className: String?
  /// The share of the pictures used for training, in 0...1.
  package let drawnShare: Double
  package let hog: HOGDescriptor
  /// The pixels around an object that its window shows.
  package let offset: Int
  /// The same; none if whole pictures are the objects, because there is nothing around these.
  package let learntOffset: Int
  /// Whether each object is also learnt from mirrored.
  package let isFlipped: Bool
  /// How many times larger than the picture the largest layer of a scan is.
  package let upsample: Double
  /// How far from an object a negative of its picture must be, in pixels; nil: there are no such negatives.
  package let clearance: Int?

  /// How many rows an object is learnt from as.
  package var rowsPerObject: Int { isFlipped ? 2 : 1 }
}

/// Where pictures without the object are, and how many of them are drawn.
package struct NegativeSource: Hashable, Sendable {
  /// The folder of pictures.
  package let images: Needed<FilePath>
  /// Whether there must be some: not if negatives come from around objects and none are named.
  package let isNeeded: Bool
  /// The share that is held out, never trained on or mined.
  package let heldOutShare: Double
  /// How many pictures random negatives are cut from, and how many from each.
  package let drawnCount, windowsPerPicture: Int
}
