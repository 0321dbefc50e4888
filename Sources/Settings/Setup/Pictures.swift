package import Detection
package import SystemPackage

/// How pictures are read.
package struct PictureReader: Hashable, Sendable {
  /// Larger pictures are refused before they are decoded.
  package let maximumMegapixels: Double
  /// Whether the descriptor uses colours.
  package let keepsColors: Bool
  /// The number of pictures read at a time.
  package let threads: Int

  /// The most pixels a picture can have.
  package var maximumPixels: Int { Int(maximumMegapixels * 1e6) }

  /// The most that any settings can allow.
  package static let largestMaximumPixels = Int(Settings.largestMegapixels * 1e6)
}

/// Where the pictures of the object are, and how windows are cut out of them.
package struct ObjectSource: Hashable, Sendable {
  /// The folder of pictures.
  package let images: Needed<FilePath>
  /// Where the boxes are; nil if each picture is one object.
  package let annotations: FilePath?
  /// The class of the object in the annotations; nil if they have only one class.
  package let className: String?
  /// The share of the pictures used for training, in 0...1.
  package let drawnShare: Double
  package let hog: HOGDescriptor
  /// The pixels around an object that its window shows.
  package let offset: Int
  /// The same for training: 0 if whole pictures are the objects, because nothing is around them.
  package let learntOffset: Int
  /// Whether each object is also learnt mirrored.
  package let isFlipped: Bool
  /// How many times larger than the picture the largest layer of a scan is.
  package let upsample: Double
  /// How far negatives cut from an object's picture must be from the object, in pixels; nil: none are cut from it.
  package let clearance: Int?

  /// The number of rows learnt from each object.
  package var rowsPerObject: Int { isFlipped ? 2 : 1 }
}

/// Where the pictures without the object are, and how many of them are drawn.
package struct NegativeSource: Hashable, Sendable {
  /// The folder of pictures.
  package let images: Needed<FilePath>
  /// Whether such pictures are required. They are not if negatives come from around objects and the settings name no
  /// such pictures.
  package let isNeeded: Bool
  /// The share that is held out, never trained on or mined, in 0...1.
  package let heldOutShare: Double
  /// The number of pictures that random negatives are cut from, and the number cut from each.
  package let drawnCount, windowsPerPicture: Int
}
