/// EXIF is a TIFF file inside a picture; its first directory records how the camera was held.
enum EXIF {
  /// The orientation, in 1...8, in the first directory of the TIFF file at `start`; 1 (upright) if there is none.
  static func orientation(in source: ByteSource, at start: Int) -> Int {
    guard let directory = TIFFDirectory(source, at: start),
      let orientation = directory.value(of: 0x112), (1...8).contains(orientation)
    else { return 1 }
    return orientation
  }
}
