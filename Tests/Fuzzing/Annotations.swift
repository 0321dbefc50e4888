internal import Annotations
internal import Detection
internal import SystemPackage

/// Reads the annotation of one picture, in the format that its name indicates.
func readAnnotation(_ bytes: [UInt8], named name: String) {
  withScratchFile(bytes, named: name) { file in
    readObjects(.folder(file.removingLastComponent(), files: [file]))
  }
}

/// Reads the annotations of many pictures.
func readCOCO(_ bytes: [UInt8]) {
  withScratchFile(bytes, named: "annotations.json") { readObjects(.coco($0)) }
}

/// Checks that each box is inside the picture, and grows it by `offset`.
private func readObjects(_ place: Annotations.Place) {
  let size = PixelSize(width: 640, height: 480)
  let pictures: [FilePath] = ["/pictures/image_1.jpg", "/pictures/train/image_1.jpg"]
  do {
    let annotations = try Annotations(place, of: pictures, in: "/pictures")
    for index in pictures.indices {
      do {
        for object in try annotations.annotation(of: index, size: size, storedSize: size).objects {
          precondition(!object.box.isEmpty && object.box.clipped(to: size) == object.box)
          _ = object.box.grown(by: 16_384).clipped(to: size)
        }
      } catch {
        _ = "\(error)"
      }
    }
  } catch {
    _ = "\(error)"
  }
}
