/// EXIF is a TIFF file inside a picture, whose first directory says how the camera was held.
enum EXIF {
  /// The orientation, in 1...8, that the directory of the TIFF file at `start` names; 1, upright, where there is none.
  static func orientation(in source: ByteSource, at start: Int) -> Int {
    guard let directory = TIFFDirectory(source, at: start),
      let orientation = directory.value(of: 0x112), (1...8).contains(orientation)
    else { return 1 }
    return orientation
  }
}
