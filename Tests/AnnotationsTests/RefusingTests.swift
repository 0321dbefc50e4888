import Annotations
import Foundation
import SystemPackage
import TestSupport
import Testing

@Suite struct `Refusing annotations` {
  static let files: [(name: String, text: String, refusal: String)] = [
    (
      "a.txt", "0 0.5 0.5 0.1",
      """
      line 1 must be class, cx, cy, width, height, or class and the corners of a polygon, but is: “0 0.5 0.5 0.1”
      """
    ),
    (
      "a.txt", "\ncar 0.5 0.5 0.1 0.1",
      """
      line 2 must be class, cx, cy, width, height, or class and the corners of a polygon, but is: “car 0.5 0.5 0.1 0.1”
      """
    ),
    (
      "a.txt", "0 100 50 20 30",
      """
      line 1 has numbers that are not fractions of the picture, from 0 to 1; are they pixels? “0 100 50 20 30”
      """
    ),
    (
      "a.txt", "0 nan 1 1 1",
      "line 1 has numbers that are not fractions of the picture, from 0 to 1; are they pixels? “0 nan 1 1 1”"
    ),
    ("a.xml", "<annotation><object>", "line 1: no element found"),
    ("a.xml", "", "line 1: no element found"),
    ("a.xml", "<html></html>", "the XML is not a Pascal VOC annotation: it has no <annotation>"),
    (
      "a.xml", "<?xml version='1.0' encoding='martian'?><annotation/>",
      "line 1: unknown encoding “martian”; save it in UTF-8"
    ),
    ("annotation_a.mat", "text", "this is not a level 5 MATLAB file; save it with -v6 or -v7"),
    (
      "b.xml", "",
      "a.jpg has no annotation: there is none of annotation_a.mat, a.xml, a.txt; add one, or remove the picture"
    ),
  ]

  @Test(arguments: files)
  func `names the file and what is wrong`(name: String, text: String, refusal: String) throws {
    try withTemporaryFolder { folder in
      try write(text, to: folder.appending(name))
      let error = #expect(throws: AnnotationError.self) { try boxes(at: folder) }
      let path = name == "b.xml" ? folder : folder.appending(name)
      #expect(error?.description == "\(path): \(refusal)")
    }
  }

  /// Each used to get the box of the other.
  @Test(arguments: ["IMG_0007.JPG", "flip_0007.jpg"])
  func `names two pictures that end in the number of one of Caltech-101's`(name: String) throws {
    try withTemporaryFolder { folder in
      let path = folder.appending("annotation_0007.mat")
      try write("text", to: path)
      let (picture, other) = (pictures.appending("image_0007.jpg"), pictures.appending(name))
      let contested = #expect(throws: AnnotationError.self) {
        try annotation(at: folder, of: picture, among: [other])
      }
      #expect(
        contested?.description
          == "\(path): it could belong to \(picture) or to \(other); rename the one that it does not belong to"
      )
      // Two formats of one picture share it.
      let read = #expect(throws: AnnotationError.self) {
        try annotation(at: folder, of: picture, among: [pictures.appending("image_0007.png")])
      }
      #expect(read?.problem.contains("this is not a level 5 MATLAB file") == true)
    }
  }

  /// The values of complex numbers are two pointers, which used to be read as the numbers.
  @Test(arguments: [
    ("[[1, 2, 3, 4], [5, 6, 7, 8]]", "box_coord has 2 boxes, but must have one: y0, y1, x0, x1"),
    ("[[1 + 1j, 2, 3, 4]]", "box_coord must be the four numbers y0, y1, x0, x1"),
    ("[[1, 2, 3]]", "box_coord must be the four numbers y0, y1, x0, x1"),
    ("np.ones((1, 4, 2))", "box_coord must be the four numbers y0, y1, x0, x1"),
    ("[[1, 2, 3, float('nan')]]", "box_coord must be the four numbers y0, y1, x0, x1"),
  ])
  func `names what is wrong with Caltech-101's`(box: String, refusal: String) throws {
    try withTemporaryFolder { folder in
      let path = folder.appending("annotation_a.mat")
      _ = try Python.run(
        """
        import sys, numpy as np
        from scipy.io import savemat
        savemat(sys.argv[1], {"box_coord": np.array(\(box))})
        """, [path.string])
      let error = #expect(throws: AnnotationError.self) { try boxes(at: folder) }
      #expect(error?.description == "\(path): \(refusal)")
    }
  }

  /// Such a file used to be read until memory ran out.
  @Test(arguments: ["annotation_a.mat", "a.xml", "a.txt"])
  func `ends with what no annotation is as long as`(name: String) throws {
    try withTemporaryFolder { folder in
      let path = folder.appending(name)
      #expect(symlink("/dev/zero", path.string) == 0)
      let error = #expect(throws: AnnotationError.self) { try boxes(at: folder) }
      #expect(
        error?.description
          == "\(path): this is over 16 MiB long, too long for an annotation; remove it, or split it"
      )
    }
  }

  static let sets: [(name: String, text: String, refusal: String)] = [
    (
      "coco.json", #"{"images": [{"id": 1}], "annotations": []}"#,
      "this is not a COCO file: “file_name” is missing in images.0"
    ),
    (
      "coco.json", #"[{"image_id": 4, "bbox": [1, 2, 3, 4], "score": 0.5}]"#,
      "this is not a COCO file: Expected to decode Dictionary<String, Any> but found an array instead."
    ),
    (
      "coco.json",
      #"{"images": [{"id": 4, "file_name": "a"}, {"id": 4, "file_name": "b"}], "annotations": []}"#,
      "two pictures have the id 4"
    ),
  ]

  @Test(arguments: sets)
  func `names the set and what is wrong`(name: String, text: String, refusal: String) throws {
    try withTemporaryFolder { folder in
      let path = folder.appending(name)
      try write(text, to: path)
      let error = #expect(throws: AnnotationError.self) { try boxes(at: path) }
      #expect(error?.description == "\(path): \(refusal)")
    }
  }

  @Test func `names a picture that a set leaves out`() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending("coco.json")
      try write(#"{"images": [], "annotations": []}"#, to: path)
      let missing = #expect(throws: AnnotationError.self) { try boxes(at: path) }
      #expect(
        missing?.description
          == "\(path): a.jpg has no annotation: no image has that file_name")
    }
  }

  @Test func `does not let entities fill the memory`() throws {
    try withTemporaryFolder { folder in
      var text = "<!DOCTYPE a [<!ENTITY e0 \"\(String(repeating: "x", count: 100))\">"
      for level in 1...9 {
        text += "<!ENTITY e\(level) \"\(String(repeating: "&e\(level - 1);", count: 10))\">"
      }
      try write(text + "]><annotation>&e9;</annotation>", to: folder.appending("a.xml"))
      let error = #expect(throws: AnnotationError.self) {
        try boxes(at: folder)
      }
      #expect(error?.problem.contains("amplification") == true, "\(String(describing: error))")
    }
  }
}
