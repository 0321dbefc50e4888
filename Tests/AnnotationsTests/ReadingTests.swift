import Annotations
import Detection
import Foundation
import Raster
import SystemPackage
import TestSupport
import Testing
import World

let size = PixelSize(width: 200, height: 100)

func write(_ text: String, to path: FilePath) throws {
  try write(text.utf8, to: path)
}

func write(_ bytes: some Sequence<UInt8>, to path: FilePath) throws {
  try FileManager.default.createDirectory(
    atPath: path.removingLastComponent().string, withIntermediateDirectories: true)
  let file = try FileDescriptor.open(
    path, .writeOnly, options: [.create, .truncate], permissions: .ownerReadWrite)
  try file.closeAfter { _ = try file.writeAll(bytes) }
}

/// The annotation of a picture among others; the picture need not exist.
func annotation(
  at path: FilePath, of picture: FilePath, among others: [FilePath] = [], size: PixelSize = size,
  storedSize: PixelSize? = nil
) throws -> PictureAnnotation {
  let isFile = path.extension == "json"
  let files = isFile ? [] : try FileManager.default.subpathsOfDirectory(atPath: path.string)
  let place = Annotations.Place.folder(
    path, files: files.sorted().map { path.pushing(FilePath($0)) })
  return try Annotations(isFile ? .coco(path) : place, of: [picture] + others, in: pictures)
    .annotation(of: 0, size: size, storedSize: storedSize ?? size)
}

/// The folder of the pictures.
let pictures: FilePath = "/data/pictures"

/// The boxes of a picture.
func boxes(at path: FilePath, of name: FilePath = "a.jpg", size: PixelSize = size) throws -> [Box] {
  try annotation(at: path, of: pictures.pushing(name), size: size).objects.map(\.box)
}

@Suite struct `Reading annotations` {
  @Test func `takes Caltech-101's boxes of any number type, in the lesson's order`() throws {
    try withTemporaryFolder { folder in
      _ = try Python.run(
        """
        import sys, numpy as np
        from scipy.io import savemat
        for number, kind in enumerate(["uint8", "uint16", "int32", "float64"]):
            # The lesson cuts fractions off.
            box = np.array([[10.25 + number, 60.5, 20.75, 150.999]]).astype(kind)
            savemat(f"{sys.argv[1]}/annotation_{number:04}.mat",
                    {"box_coord": box, "obj_contour": np.zeros((2, 9))}, do_compression=number % 2 == 0)
        """, [folder.string])
      for number in 0..<4 {
        let boxes = try boxes(at: folder, of: FilePath("image_000\(number).jpg"))
        #expect(boxes == [Box(x0: 20, y0: 10 + number, x1: 150, y1: 60)])
      }
    }
  }

  @Test func `takes Pascal VOC's boxes, which count from 1, without those of parts`() throws {
    try withTemporaryFolder { folder in
      try write(
        """
        <?xml version="1.0"?>
        <annotation><filename>a.jpg</filename><size><width>200</width></size>
          <object><name>car</name>
            <bndbox><xmin>1</xmin><ymin> 11 </ymin><xmax>200</xmax><ymax>60.4</ymax></bndbox>
            <part><name>wheel</name>
              <bndbox><xmin>5</xmin><ymin>6</ymin><xmax>7</xmax><ymax>8</ymax></bndbox></part>
          </object>
          <object><bndbox><ymax>9</ymax><ymin>3</ymin><xmax>8</xmax><xmin>2</xmin></bndbox></object>
        </annotation>
        """, to: folder.appending("a.xml"))
      let boxes = try boxes(at: folder)
      #expect(boxes == [Box(x0: 0, y0: 10, x1: 200, y1: 60), Box(x0: 1, y0: 2, x1: 8, y1: 9)])
    }
  }

  @Test func `takes YOLO's boxes as shares of the picture, and an empty file as no object`() throws
  {
    try withTemporaryFolder { folder in
      try write("0 0.5 0.5 0.25 0.5\n\n3 0.1 0.2 0.1 0.2\n", to: folder.appending("a.txt"))
      try write("", to: folder.appending("b.txt"))
      #expect(
        try boxes(at: folder, of: "a.png")
          == [Box(x0: 75, y0: 25, x1: 125, y1: 75), Box(x0: 10, y0: 10, x1: 30, y1: 30)])
      #expect(try boxes(at: folder, of: "b.png").isEmpty)
    }
  }

  @Test func `takes no object from another picture's YOLO file, unless that seems to be misplaced`()
    throws
  {
    try withTemporaryFolder { folder in
      let file = folder.appending("train/1.txt")
      try write("0 0.5 0.5 0.25 0.5", to: file)
      let (own, other) = (pictures.appending("train/1.jpg"), pictures.appending("val/1.jpg"))
      #expect(try annotation(at: folder, of: own, among: [other]).objects.count == 1)
      let background = try annotation(at: folder, of: other, among: [own])
      #expect(background.file == nil && background.objects.isEmpty)
      let misplaced = #expect(throws: AnnotationError.self) {
        try annotation(at: folder, of: other)
      }
      #expect(misplaced?.path == file)
    }
  }

  @Test func `takes COCO's boxes from one file for all pictures`() throws {
    try withTemporaryFolder { folder in
      let file = folder.appending("instances.json")
      try write(
        """
        {"info": {}, "images": [{"id": 7, "file_name": "train/a.jpg", "width": 200, "height": 100},
                                {"id": 9, "file_name": "b.jpg"}],
         "annotations": [{"id": 1, "image_id": 7, "bbox": [10.2, 20, 30.5, 40], "category_id": 3},
                         {"id": 2, "image_id": 7, "bbox": [0, 0, 5, 6]}]}
        """, to: file)
      #expect(
        try boxes(at: file) == [
          Box(x0: 10, y0: 20, x1: 41, y1: 60), Box(x0: 0, y0: 0, x1: 5, y1: 6),
        ])
      #expect(try boxes(at: file, of: "b.jpg").isEmpty)
    }
  }

  @Test func `takes the whole picture where there are none`() throws {
    let annotation = try Annotations(.wholePictures, of: ["a.jpg"], in: "")
      .annotation(of: 0, size: size, storedSize: size)
    #expect(annotation.objects.map(\.box) == [Box(x0: 0, y0: 0, x1: 200, y1: 100)])
  }

  @Test func `gives the lesson's crops, offset and edges included`() throws {
    try withTemporaryFolder { folder in
      let printed = try Python.run(
        """
        import sys, cv2, numpy as np, lesson
        from scipy.io import savemat
        folder, rng = sys.argv[1] + "/", np.random.default_rng(3)
        conf = dict(window_dim=[96, 32], offset=5, image_dataset=folder, image_annotations=folder)
        for number, box in enumerate([[20, 60, 30, 150], [0, 100, 0, 200], [2, 99, 4, 198]]):
            cv2.imwrite(folder + f"image_{number:04}.jpg", rng.integers(0, 256, (100, 200), np.uint8))
            savemat(folder + f"annotation_{number:04}.mat", {"box_coord": np.array([box], "uint8")})
        for number, roi in enumerate(lesson.positive_rois(conf)):
            roi.tofile(folder + f"{number}.roi")
            print(number)
        """, [folder.string])
      for number in printed.split(separator: "\n") {
        let picture = folder.appending("image_000\(number).jpg")
        let image = try Raster.decodeGray(Array(Data(contentsOf: URL(filePath: picture.string))))
        let box = try #require(
          annotation(at: folder, of: pictures.appending(picture.lastComponent!), size: image.size)
            .objects.first?.box)
        let window = Raster.resize(
          image, cutTo: box.grown(by: 5), to: PixelSize(width: 96, height: 32))
        let expected = try Data(contentsOf: URL(filePath: "\(folder)/\(number).roi"))
        #expect(window.pixels == Array(expected), "\(picture)")
      }
    }
  }

  @Test func `finds the drawn world's cars`() throws {
    try withTemporaryFolder { folder in
      let dataset = try DrawnDataset(in: folder, cars: 3, scenes: 0, drops: 0, seed: 5)
      for index in 0..<3 {
        let boxes = try boxes(
          at: dataset.carAnnotations, of: FilePath("car-000\(index + 1).jpg"),
          size: World.pictureSize)
        #expect(boxes == [World.car(seed: 5_000_000 + UInt64(index)).box])
      }
    }
  }
}
