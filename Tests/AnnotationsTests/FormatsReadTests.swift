import Annotations
import Detection
import Foundation
import SystemPackage
import TestSupport
import Testing

@Suite struct `FormatsRead: annotations` {
  /// A kind of annotation, with a file of it for the picture a.jpg of 200×100 pixels.
  struct Kind {
    let name: String
    let file: String
    let bytes: [UInt8]
    var picture: FilePath = "a.jpg"
    var stored: PixelSize?

    init(
      _ name: String, _ file: String, _ bytes: some Sequence<UInt8>, picture: FilePath = "a.jpg",
      stored: PixelSize? = nil
    ) {
      (self.name, self.file, self.bytes, self.picture, self.stored) =
        (name, file, Array(bytes), picture, stored)
    }

    init(
      _ name: String, _ file: String, _ text: String, picture: FilePath = "a.jpg",
      stored: PixelSize? = nil
    ) {
      self.init(name, file, text.utf8, picture: picture, stored: stored)
    }
  }

  private static func voc(
    _ box: [Int] = [76, 26, 125, 75], more: String = "", encoding: String? = nil
  ) -> String {
    (encoding.map { "<?xml version=\"1.0\" encoding=\"\($0)\"?>" } ?? "")
      + "<annotation>\(more)<object><name>car</name><bndbox>"
      + zip(["xmin", "ymin", "xmax", "ymax"], box).map { "<\($0)>\($1)</\($0)>" }.joined()
      + "</bndbox></object></annotation>"
  }

  private static func coco(_ images: String, _ annotations: String) -> String {
    #"{"images": [\#(images)], "annotations": [\#(annotations)]}"#
  }

  private static let box = #"{"image_id": 1, "bbox": [75, 25, 50, 50]}"#
  private static let image = #"{"id": 1, "file_name": "a.jpg"}"#
  private static let size = "<size><width>400</width><height>200</height></size>"

  static let yolo = [
    Kind(
      "YOLO: `class cx cy width height` as fractions of the picture", "a.txt",
      "0 0.5 0.5 0.25 0.5\n"),
    Kind(
      "YOLO with Windows line ends", "a.txt", "0 0.5 0.5 0.25 0.5\r\n0 0.1 0.2 0.1 0.2\r\n"),
    Kind(
      "YOLO with classic Mac line ends", "a.txt", "0 0.5 0.5 0.25 0.5\r0 0.1 0.2 0.1 0.2"),
    Kind("YOLO with a byte order mark", "a.txt", [0xef, 0xbb, 0xbf] + "0 0.5 0.5 0.25 0.5".utf8),
    Kind(
      "YOLO in UTF-16, as PowerShell writes", "a.txt",
      [0xff, 0xfe] + "0 0.5 0.5 0.25 0.5\r\n".utf8.flatMap { [$0, 0] }),
    Kind("YOLO with commas or tabs", "a.txt", "0,0.5,0.5,0.25,0.5\n0\t0.1\t0.2\t0.1\t0.2"),
    Kind("YOLO with a confidence", "a.txt", "0 0.5 0.5 0.25 0.5 0.93"),
    Kind("YOLO with a confidence and a track ID", "a.txt", "0 0.5 0.5 0.25 0.5 0.93 12"),
    Kind("YOLO: a polygon", "a.txt", "0 0.375 0.5 0.5 0.25 0.625 0.5 0.5 0.75 0.45 0.6"),
    Kind(
      "YOLO: a pose, whose keypoints have a visibility", "a.txt",
      "0 0.5 0.5 0.5 0.5 0.4 0.4 2 0.6 0.6 1"),
    Kind(
      "YOLO: a pose, all of whose keypoints are hidden", "a.txt",
      "0 0.5 0.5 0.25 0.5 0.4 0.4 1 0.6 0.6 1"),
    Kind(
      "YOLO: a pose, none of whose keypoints is labelled", "a.txt",
      "0 0.5 0.5 0.25 0.5 0 0 0 0 0 0"),
    Kind(
      "YOLO: a polygon with corners on the edges of the picture", "a.txt",
      "0 0.5 0.9 0.5 0.5 0.75 0.25 1 0.25 0.9 1"),
    Kind(
      "YOLO: a pose whose keypoints have no visibility, which looks like a polygon", "a.txt",
      "0 0.5 0.5 0.25 0.5 0.4 0.4 0.6 0.6"),
    Kind("YOLO: a rotated box (OBB)", "a.txt", "0 0.375 0.5 0.5 0.25 0.625 0.5 0.5 0.75"),
    Kind("YOLO: fractions up to 0.01 outside 0 to 1", "a.txt", "0 0.5 0.5 1.008 1.01"),
    Kind("YOLO: a box that reaches beyond the picture", "a.txt", "0 0.95 0.5 0.2 0.5"),
    Kind("YOLO: an empty file", "a.txt", ""),
    Kind("YOLO: no file, but files for other pictures", "other.txt", ""),
    Kind(
      "YOLO: in `labels`, for a picture in `images`", "train/labels/a.txt", "0 0.5 0.5 0.25 0.5",
      picture: "train/images/a.jpg"),
    Kind(
      "YOLO: in a folder of another name than the picture's", "valid/a.txt", "0 0.5 0.5 0.25 0.5",
      picture: "val/a.jpg"),
    Kind("YOLO: a box without width", "a.txt", "0 0.5 0.5 0 0.5\n0 0.1 0.2 0.1 0.2"),
    Kind("YOLO in pixels", "a.txt", "0 100 50 50 50"),
    Kind("YOLO with too few numbers", "a.txt", "0 0.5 0.5 0.25"),
    Kind("the extension in capital letters", "a.TXT", "0 0.5 0.5 0.25 0.5"),
  ]

  static let voc = [
    Kind("Pascal VOC: `bndbox`, counted from 1", "a.xml", voc()),
    Kind("Pascal VOC in a Windows code page", "a.xml", voc(encoding: "windows-1252")),
    Kind(
      "Pascal VOC in GB 2312", "a.xml",
      voc(more: "<folder>#</folder>", encoding: "gb2312").utf8.flatMap {
        $0 == UInt8(ascii: "#") ? [0xc6, 0xfb] : [$0]
      }),
    Kind(
      "Pascal VOC in UTF-8 that declares UTF-16, as .NET writes", "a.xml", voc(encoding: "utf-16")),
    Kind(
      "Pascal VOC in UTF-16", "a.xml",
      [0xff, 0xfe] + voc(encoding: "utf-16").utf8.flatMap { [$0, 0] }),
    Kind(
      "Pascal VOC without a declared encoding that is not UTF-8", "a.xml",
      voc(more: "<folder>#</folder>").utf8.map { $0 == UInt8(ascii: "#") ? 0xe9 : $0 }),
    Kind("Pascal VOC in an unknown encoding", "a.xml", voc(encoding: "martian")),
    Kind(
      "Pascal VOC: `difficult`", "a.xml",
      voc().replacing("</name>", with: "</name><difficult>1</difficult>")),
    Kind(
      "Pascal VOC: `truncated`", "a.xml",
      voc().replacing("</name>", with: "</name><truncated>1</truncated>")),
    Kind("Pascal VOC: an object without `bndbox`", "a.xml", "<annotation><object/></annotation>"),
    Kind("Pascal VOC: a box outside the picture", "a.xml", voc([301, 26, 350, 75])),
    Kind("Pascal VOC: another size than the picture's", "a.xml", voc(more: size)),
    Kind(
      "Pascal VOC: the size before EXIF rotation", "a.xml",
      voc(more: "<size><width>100</width><height>200</height></size>"),
      stored: PixelSize(width: 100, height: 200)),
    Kind(
      "Pascal VOC: the size after EXIF rotation", "a.xml",
      voc(more: "<size><width>200</width><height>100</height></size>"),
      stored: PixelSize(width: 100, height: 200)),
    Kind("Pascal VOC: cut short", "a.xml", String(voc().dropLast(20))),
    Kind("other XML", "a.xml", "<html></html>"),
    Kind("Pascal VOC: no file, but files for other pictures", "other.xml", voc()),
    Kind(
      "Pascal VOC: in a folder of another name than the picture's", "valid/a.xml", voc(),
      picture: "val/a.jpg"),
  ]

  static let coco = [
    Kind("COCO: `bbox`", "coco.json", coco(image, box)),
    Kind(
      "COCO: ids as text, and Windows' folders", "coco.json",
      coco(
        #"{"id": "img1", "file_name": "images\\a.jpg"}"#,
        #"{"image_id": "img1", "bbox": [75, 25, 50, 50]}"#)),
    Kind(
      "COCO: ids as decimal numbers", "coco.json",
      coco(
        #"{"id": 1.0, "file_name": "a.jpg"}"#, #"{"image_id": 1, "bbox": [75.0, 25.0, 50.0, 50.0]}"#
      )),
    Kind(
      "COCO: ids of more than 64 bits", "coco.json",
      coco(
        #"{"id": 20151231235959123456, "file_name": "a.jpg"}, {"id": 20151231235959123457, "file_name": "b.jpg"}"#,
        #"{"image_id": 20151231235959123456, "bbox": [75, 25, 50, 50]}"#)),
    Kind(
      "COCO: NaN and Infinity, as Python writes them", "coco.json",
      coco(
        image,
        #"{"image_id": 1, "bbox": [75, 25, 50, 50], "note": "\\\"NaN", "area": NaN}, {"image_id": 1, "bbox": [0, 0, -Infinity, NaN]}"#
      )),
    Kind(
      "COCO: names that differ only in their folders, for a picture in one of them", "coco.json",
      coco(
        #"{"id": 1, "file_name": "train/a.jpg"}, {"id": 2, "file_name": "val/a.jpg"}"#,
        box + #", {"image_id": 2, "bbox": [5, 5, 190, 90]}"#), picture: "train/a.jpg"),
    Kind(
      "COCO: the same, for a picture in neither", "coco.json",
      coco(
        #"{"id": 1, "file_name": "train/a.jpg"}, {"id": 2, "file_name": "val/a.jpg"}"#,
        box + #", {"image_id": 2, "bbox": [5, 5, 190, 90]}"#)),
    Kind(
      "COCO: `iscrowd`", "coco.json",
      coco(image, box + #", {"image_id": 1, "iscrowd": 1, "bbox": [0, 0, 150, 90]}"#)),
    Kind(
      "COCO: `ignore`", "coco.json",
      coco(image, box + #", {"image_id": 1, "ignore": 1, "bbox": [0, 0, 150, 90]}"#)),
    Kind(
      "COCO: an empty `bbox`", "coco.json", coco(image, box + #", {"image_id": 1, "bbox": []}"#)),
    Kind(
      "COCO: an outline without `bbox`", "coco.json",
      coco(image, box + #", {"image_id": 1, "segmentation": {"size": [1, 2], "counts": "x"}}"#)),
    Kind(
      "COCO: an annotation for a picture that is not listed", "coco.json",
      coco(image, box + #", {"image_id": 2, "bbox": [1, 2, 3, 4]}"#)),
    Kind(
      "COCO: another size than the picture's", "coco.json",
      coco(#"{"id": 1, "file_name": "a.jpg", "width": 400, "height": 200}"#, box)),
    Kind("COCO: a picture without a box", "coco.json", coco(image, "")),
    Kind("COCO: a picture that is not listed", "coco.json", coco("", "")),
    Kind("COCO results instead of annotations", "coco.json", "[\(box)]"),
  ]

  static let caltech = [
    Kind("Caltech-101: not a level 5 MATLAB file", "annotation_a.mat", "MATLAB 7.3 MAT-file")
  ]

  @Test func `is what the page says`() throws {
    let rows = try (Self.yolo + Self.voc + Self.coco + Self.caltech).map { kind in
      try withTemporaryFolder { folder in
        let file = folder.appending(kind.file)
        try write(kind.bytes, to: file)
        return FormatsPage.Row(
          kind.name, outcome(of: kind, at: kind.file == "coco.json" ? file : folder, in: folder))
      }
    }
    let difference = try FormatsPage.difference(
      inSection: "Annotations",
      """
      Each row's file annotates a.jpg, a picture of 200×100 pixels. A box is `[x0, y0, x1, y1]` in \
      pixels, from 0, the end exclusive. A file belongs to the picture of the same name, in the same subfolder, or in \
      `labels` instead of `images`; Caltech-101's `annotation_0007.mat` to `image_0007.jpg`. Names also match if they differ only in the Unicode \
      composition of accents. An annotation's size must be that of the picture as displayed: rotated as EXIF says. \
      If EXIF does not change the size (half a turn, a mirror image), nothing shows whether boxes were rotated with \
      the picture, so they are used unchanged.
      """, rows)
    #expect(difference == nil)
  }

  private func outcome(of kind: Kind, at path: FilePath, in folder: FilePath) -> String {
    do {
      let found = try annotation(
        at: path, of: pictures.pushing(kind.picture), storedSize: kind.stored)
      let objects = found.objects.map { object in
        let box = object.box
        return "`[\(box.x0), \(box.y0), \(box.x1), \(box.y1)]`"
          + (object.isIgnored ? ", neither trained on nor counted as missed" : "")
      }
      return (objects + found.leftOut.map { "left out: “\($0)”" }).joined(separator: "; ")
        .nonEmpty ?? "no object"
    } catch {
      let words = "\(error)".replacing(folder.string + "/", with: "").replacing(
        folder.string, with: "FOLDER")
      return "left out: “\(words)”"
    }
  }
}

extension String {
  fileprivate var nonEmpty: String? { isEmpty ? nil : self }
}
