import Foundation
import SystemPackage
import TestSupport
import Testing

/// One bad file among many good ones is named, counted and left out, whichever command reads the data set.
@Suite struct `Bad files in a data set` {
  /// Files that have names of pictures but are not complete pictures.
  private static let bad = ["cut.jpg", "empty.jpg", "text.jpg", "gone.jpg"]

  private func spoil(_ folder: String, of site: Site, like picture: String) throws {
    let whole = try Data(contentsOf: URL(filePath: "\(site.folder)/\(folder)/\(picture)"))
    try site.write(whole.prefix(whole.count / 2), to: "\(folder)/cut.jpg")
    try site.write(Data(), to: "\(folder)/empty.jpg")
    try site.write("A text by another name.".utf8, to: "\(folder)/text.jpg")
    try site.write([0x00, 0x05, 0x16, 0x07, 0x00, 0x02, 0x00, 0x00], to: "\(folder)/._a.jpg")
    try FileManager.default.createSymbolicLink(
      atPath: "\(site.folder)/\(folder)/gone.jpg", withDestinationPath: "nowhere.jpg")
  }

  @Test func `are left out of everything, and told`() throws {
    try withSite(["validation_share": "0.5", "num_distraction_images": "40"]) { site in
      try spoil("scenes", of: site, like: "scene-0001.jpg")
      try spoil("cars/images", of: site, like: "car-0001.jpg")
      for (command, arguments) in [
        ("extract", []), ("train", ["--force"]), ("evaluate", []), ("experiment", []),
      ] {
        let result = try site.misfire(command, arguments + ["--json"])
        #expect(result.status == 0, "\(command): \(result.errors)")
        let told = try #require(result.objects().last?["left_out"] as? [String: Any])
        #expect(told["pictures"] as? Int ?? 0 >= Self.bad.count, "\(command): \(told)")
        #expect(result.errors.contains("pictures that cannot be used: "), "\(command)")
        #expect(!result.errors.contains("._a.jpg"), "\(command)")
      }
      let mined = try site.misfire("mine", ["--all"])
      #expect(mined.status == 0, "\(mined.errors)")
      for name in Self.bad { #expect(mined.errors.contains("/scenes/\(name): "), "\(name)") }
    }
  }

  @Test func `are refused by --strict, and nothing is written`() throws {
    try withSite(["validation_share": "0.5"]) { site in
      try spoil("cars/images", of: site, like: "car-0001.jpg")
      let features = site.folder.appending(["output", "features.hdf5"]).string
      let before = try Data(contentsOf: URL(filePath: features))
      for command in ["extract", "train", "evaluate", "experiment"] {
        let result = try site.misfire(command, ["--strict"])
        #expect(result.status == 1, "\(command)")
        #expect(result.errors.contains("--strict: left out 4 pictures"), "\(result.errors)")
      }
      #expect(try Data(contentsOf: URL(filePath: features)) == before)
      #expect(try site.status().generation == 1)
    }
  }

  @Test func `stop what has nothing else`() throws {
    try withSite(["image_dataset": #""bad""#]) { site in
      try FileManager.default.createDirectory(
        atPath: "\(site.folder)/bad", withIntermediateDirectories: false)
      try site.write("text".utf8, to: "bad/text.jpg")
      let result = try site.misfire("extract")
      #expect(result.status == 1)
      for words in ["no objects", "bad/text.jpg: not a picture"] {
        #expect(result.errors.contains(words), "\(result.errors)")
      }
    }
  }

  @Test func `are read by content, in subfolders, through links and whatever their names`() throws {
    try withSite(["image_annotations": "null", "percent_gt_images": "1.0", "use_flip": "false"]) {
      site in
      let images = "\(site.folder)/cars/images"
      let count = try FileManager.default.contentsOfDirectory(atPath: images).count
      let bytes = try Data(contentsOf: URL(filePath: "\(images)/car-0001.jpg"))
      for folder in ["sub", "sub/.hidden", "@eaDir"] {
        try FileManager.default.createDirectory(
          atPath: "\(images)/\(folder)", withIntermediateDirectories: true)
      }
      for name in [
        "b.jfif", "c.JPE", "d", "sub/e.jpg", "sub/.hidden/f.jpg", "@eaDir/g.jpg", "notes.pdf",
      ] {
        try site.write(name == "notes.pdf" ? Data("%PDF".utf8) : bytes, to: "cars/images/\(name)")
      }
      try FileManager.default.createSymbolicLink(
        atPath: "\(images)/sub/loop", withDestinationPath: "../..")
      let result = try site.misfire("extract", ["--json"])
      let report = try #require(result.objects().first)
      #expect(report["positives"] as? Int == count + 4, "\(result.errors)")
      #expect((report["left_out"] as? [String: Any])?["other_files"] as? Int == 1)
      #expect(result.errors.contains("1 file that is not a picture: \(images)/notes.pdf"))
    }
  }
}
