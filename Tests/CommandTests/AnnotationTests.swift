import Foundation
import SystemPackage
import TestSupport
import Testing

/// How annotations from tools of all kinds are handled.
@Suite struct `Annotations of a data set` {
  /// Annotates every car with `text`, which is given the car's number.
  private func annotate(_ site: Site, _ text: (Int) -> String, ending: String) throws {
    let folder = "\(site.folder)/labels"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    for (index, name) in try site.names(in: "cars/images").enumerated() {
      try site.write(text(index).utf8, to: "labels/\(name.dropLast(4)).\(ending)")
    }
  }

  private static let settings = [
    "image_annotations": #""labels""#, "percent_gt_images": "1.0", "use_flip": "false",
  ]

  private func extract(_ site: Site, _ arguments: [String] = []) throws -> (
    rows: Int?, leftOut: [String: Any], errors: String
  ) {
    let result = try site.misfire("extract", ["--json"] + arguments)
    let report = try result.objects().first
    return (
      report?["positives"] as? Int, report?["left_out"] as? [String: Any] ?? [:], result.errors
    )
  }

  @Test func `need a choice where there are several classes`() throws {
    try withSite(Self.settings) { site in
      try annotate(
        site, { $0 < 20 ? "0 .5 .5 .5 .5\n7 .5 .5 .4 .4" : "7 .5 .5 .4 .4" }, ending: "txt")
      let undecided = try extract(site)
      #expect(undecided.rows == nil)
      #expect(undecided.errors.contains("several classes: “7” (24), “0” (20); set object_class"))
      try site.change(["object_class": "7"])
      #expect(try extract(site).rows == 24)
      try site.change(["object_class": #""0""#])
      #expect(try extract(site).rows == 20)
      try site.change(["object_class": #""car""#])
      #expect(
        try extract(site).errors.contains("no object has the class “car”; the classes are “7” (24)")
      )
    }
  }

  @Test func `that name no classes need no object_class`() throws {
    try withSite(["object_class": #""car""#]) { site in
      for name in try site.names(in: "cars/annotations") {
        let path = "\(site.folder)/cars/annotations/\(name)"
        let text = try String(contentsOfFile: path, encoding: .utf8)
        try site.write(
          text.replacing("<name>car</name>", with: "").utf8, to: "cars/annotations/\(name)")
      }
      let told = try site.misfire("extract").errors
      #expect(
        told.contains("because the annotations name no classes: leave object_class out"), "\(told)")
    }
  }

  @Test func `leave out a broken one, and count one that is missing`() throws {
    try withSite(Self.settings) { site in
      try annotate(site, { $0 == 3 ? "0 nonsense" : "0 .5 .5 .5 .5\r\n" }, ending: "txt")
      try FileManager.default.removeItem(atPath: "\(site.folder)/labels/car-0002.txt")
      let found = try extract(site)
      #expect(found.rows == 22)
      #expect(found.leftOut["annotations"] as? Int == 1)
      #expect(found.leftOut["without_objects"] as? Int == 1)
      #expect(found.errors.contains("labels/car-0004.txt: line 1 must be class"), "\(found.errors)")
      #expect(try extract(site, ["--strict"]).rows == nil)
    }
  }

  @Test func `are told of objects too small to be found, unless pictures are enlarged`() throws {
    try withSite(Self.settings) { site in
      try annotate(site, { $0 < 3 ? "0 .5 .5 .05 .05\n" : "0 .5 .5 .5 .5\n" }, ending: "txt")
      let found = try extract(site)
      #expect(found.rows == 24)
      #expect(found.leftOut["small_objects"] as? Int == 3)
      #expect(found.errors.contains("3 objects are so much smaller"), "\(found.errors)")
      #expect(found.errors.contains("`upsample`"))
      #expect(try extract(site, ["--strict"]).rows == 24)
      try site.change(["upsample": "16"])
      #expect(try extract(site).leftOut["small_objects"] as? Int == 0)
    }
  }

  @Test func `do not teach what is difficult, nor hold it against the detector`() throws {
    try withSite(["percent_gt_images": "1.0", "use_flip": "false"]) { site in
      let folder = "\(site.folder)/cars/annotations"
      for index in 1...12 {
        let path = "\(folder)/car-00\(index < 10 ? "0" : "")\(index).xml"
        let text = try String(contentsOfFile: path, encoding: .utf8)
        try text.replacing("<name>", with: "<difficult>1</difficult><name>")
          .write(toFile: path, atomically: true, encoding: .utf8)
      }
      let found = try extract(site)
      #expect(found.rows == 12 && found.leftOut["ignored_objects"] as? Int == 12)
      func measured() throws -> (objects: Int?, misfires: Double?) {
        let report = try site.misfire(
          "evaluate",
          ["--json", "--images", "\(site.folder)/cars/images", "--annotations", folder]
        ).objects().first
        return (report?["objects"] as? Int, report?["false_positives_per_image"] as? Double)
      }
      let ignoring = try measured()
      #expect(ignoring.objects == 12)
      for index in 1...12 {
        let path = "\(folder)/car-00\(index < 10 ? "0" : "")\(index).xml"
        try "<annotation/>".write(toFile: path, atomically: true, encoding: .utf8)
      }
      let unknown = try measured()
      #expect(unknown.objects == 12)
      #expect(try #require(ignoring.misfires) < #require(unknown.misfires))
    }
  }
}
