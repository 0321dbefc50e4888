import Foundation
import SystemPackage
import TestSupport
import Testing

/// Data sets with one YOLO file for each picture that shows the object.
@Suite struct `Label files` {
  /// Runs `body` with a site that has one for each car.
  private func withLabels(_ body: (Site) throws -> Void) throws {
    let settings = ["image_annotations": #""labels""#, "percent_gt_images": "1.0"]
    try withSite(settings) { site in
      try FileManager.default.createDirectory(
        atPath: "\(site.folder)/labels", withIntermediateDirectories: true)
      for name in try site.names(in: "cars/images") {
        try site.write("0 .5 .5 .5 .5\n".utf8, to: "labels/\(name.dropLast(4)).txt")
      }
      try body(site)
    }
  }

  @Test func `that are missing are told by init, and empty ones are not`() throws {
    try withLabels { site in
      try FileManager.default.removeItem(atPath: "\(site.folder)/labels/car-0002.txt")
      try site.write("".utf8, to: "labels/car-0003.txt")
      let begun = try site.run(
        "init", ["--objects", "cars/images", "--annotations", "labels", "--scenes", "scenes"])
      #expect(begun.status == 0, "\(begun.errors)")
      #expect(
        begun.errors.contains(
          "left out 1 picture without a label file, treated as one without the object: "
            + "\(site.folder)/cars/images/car-0002.jpg\n"), "\(begun.errors)")
    }
  }

  @Test func `that are links to nothing are told`() throws {
    try withLabels { site in
      let label = "\(site.folder)/labels/car-0002.txt"
      try FileManager.default.removeItem(atPath: label)
      try FileManager.default.createSymbolicLink(
        atPath: label, withDestinationPath: "/gone/car-0002.txt")
      let extracted = try site.misfire("extract")
      #expect(extracted.status == 0, "\(extracted.errors)")
      #expect(
        extracted.errors.contains("\(label): the link points to nothing"), "\(extracted.errors)")
      #expect(try site.misfire("extract", ["--strict"]).status != 0)
    }
  }
}
