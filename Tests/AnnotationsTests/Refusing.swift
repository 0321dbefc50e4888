import Annotations
import SystemPackage
import TestSupport
import Testing

@Suite struct `Refusing annotations` {
  static let files: [(name: String, text: String, refusal: String)] = [
    (
      "a.txt", "0 0.5 0.5 0.1",
      "line 1 is not the five numbers class, cx, cy, width, height: “0 0.5 0.5 0.1”"
    ),
    (
      "a.txt", "\ncar 0.5 0.5 0.1 0.1",
      "line 2 is not the five numbers class, cx, cy, width, height: “car 0.5 0.5 0.1 0.1”"
    ),
    ("a.txt", "0 0.5 0.5 0 0.1", "the box [100, 45, 100, 55] of a.jpg is empty; correct it"),
    (
      "a.txt", "0 2 0.5 0.1 0.1",
      "the box [390, 45, 410, 55] is outside a.jpg, which has 200×100 pixels; correct it"
    ),
    ("a.txt", "0 nan 1 1 1", "line 1 is far outside the picture: “0 nan 1 1 1”"),
    ("a.xml", "<annotation><object>", "line 1: no element found"),
    ("a.xml", "", "line 1: no element found"),
    ("a.xml", "<html></html>", "the XML is no Pascal VOC annotation: it has no <annotation>"),
    (
      "a.xml", "<annotation><object><bndbox><xmin>x</xmin></bndbox></object></annotation>",
      "an object has no bndbox with the numbers xmin, ymin, xmax and ymax"
    ),
    ("annotation_a.mat", "text", "this is no MATLAB file of level 5; save it with -v6 or -v7"),
    (
      "b.jpg", "",
      "there is no annotation of a.jpg: none of annotation_a.mat, a.xml, a.txt; add one, or take the picture away"
    ),
  ]

  @Test(arguments: files)
  func `names the file and what is wrong`(name: String, text: String, refusal: String) throws {
    try withTemporaryFolder { folder in
      try write(text, to: folder.appending(name))
      let annotations = try Annotations(at: folder)
      let error = #expect(throws: AnnotationError.self) {
        try annotations.boxes(in: "pictures/a.jpg", size: size)
      }
      let path = name == "b.jpg" ? folder : folder.appending(name)
      #expect(error?.description == "\(path): \(refusal)")
    }
  }

  static let sets: [(name: String, text: String, refusal: String)] = [
    (
      "boxes.csv", "a.jpg,1,2,3,4",
      "annotations are a folder of .mat, .xml or .txt files, or one COCO .json file"
    ),
    (
      "coco.json", #"{"images": [{"id": 1}], "annotations": []}"#,
      "this is no COCO file: “file_name” is missing in images.0"
    ),
    (
      "coco.json", #"{"images": [], "annotations": [{"image_id": 4, "bbox": [1, 2, 3, 4]}]}"#,
      "an annotation is of picture 4, which is not listed"
    ),
    (
      "coco.json",
      #"{"images": [{"id": 4, "file_name": "a"}], "annotations": [{"image_id": 4, "bbox": [1, 2]}]}"#,
      "a bbox of a is not x, y, width, height: [1.0, 2.0]"
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
      let error = #expect(throws: AnnotationError.self) { try Annotations(at: path) }
      #expect(error?.description == "\(path): \(refusal)")
    }
  }

  @Test func `names pictures that a set leaves out, and folders that are not there`() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending("coco.json")
      try write(#"{"images": [], "annotations": []}"#, to: path)
      let missing = #expect(throws: AnnotationError.self) {
        try Annotations(at: path).boxes(in: "a.jpg", size: size)
      }
      #expect(
        missing?.description
          == "\(path): there is no annotation of a.jpg: no image has that file_name")
      let nowhere = #expect(throws: AnnotationError.self) { try Annotations(at: "/nowhere") }
      #expect(
        nowhere?.description
          == "/nowhere: there is no such folder or file of annotations; correct image_annotations")
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
        try Annotations(at: folder).boxes(in: "a.jpg", size: size)
      }
      #expect(error?.message.contains("amplification") == true, "\(String(describing: error))")
    }
  }
}
