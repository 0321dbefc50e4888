import Foundation
import SystemPackage
import TestSupport
import Testing

/// The first command for somebody who has only pictures.
@Suite struct `Init` {
  private static let folders = [
    "--objects", "cars/images", "--annotations", "cars/annotations", "--scenes", "scenes",
  ]

  @Test func `writes settings with which a detector is trained without another word`() throws {
    try withSite { site in
      try site.clear()
      let begun = try site.run("init", Self.folders)
      #expect(begun.status == 0 && begun.errors.isEmpty, "\(begun.errors)")
      for words in [
        "pictures of the object  24, with 24 boxes: “car” (24)", "pictures without it     20, ",
        "window                  ", "next: misfire extract, then misfire train",
      ] {
        #expect(begun.output.contains(words), "\(begun.output)")
      }
      for command in ["extract", "train", "status"] {
        let result = try site.run(command)
        #expect(result.status == 0, "\(command): \(result.errors)")
      }
      // Whatever threshold the training chose, its false alarms can be learnt from.
      #expect(try !site.run("status").output.contains("false alarms in between"))
      let mined = try site.run("mine", ["--all"])
      #expect(mined.status == 0 && !mined.output.hasPrefix("0 "), "\(mined)")
      #expect(try site.run("train").status == 0)
      let found = try site.run("detect", ["cars/images", "--json"])
      #expect(found.status == 0 && found.output.contains(#""probability""#), "\(found.errors)")
      #expect(try site.names(in: ".").contains("misfire.json"))
      #expect(try site.names(in: "output").contains("model.hdf5"))
    }
  }

  @Test func `asks for what no option says`() throws {
    try withSite { site in
      try site.clear()
      // The second answer is empty, which accepts the proposed annotations beside the pictures.
      let asked = try site.run("init", answers: "cars/images\n\nscenes\n")
      #expect(asked.status == 0, "\(asked.errors)")
      #expect(
        asked.errors.contains("their boxes: a folder, or a COCO .json file [cars/annotations]: "))
      let settings = try site.text(of: "misfire.json")
      #expect(settings.contains(#""image_annotations": "cars/annotations","#))
      let unanswered = try site.run("init", ["--output", "b.json"], answers: "")
      #expect(unanswered.status == 64 && unanswered.errors.contains("use --objects"))
    }
  }

  @Test func `writes any folder's name so that it can be read again`() throws {
    try withSite { site in
      try site.clear()
      let name = "my \"best\" scenes\\ at/50 % \u{e4}\t\u{1}"
      try FileManager.default.createDirectory(
        atPath: "\(site.folder)/\(name)", withIntermediateDirectories: true)
      try FileManager.default.removeItem(atPath: "\(site.folder)/\(name)")
      try FileManager.default.moveItem(
        atPath: "\(site.folder)/scenes", toPath: "\(site.folder)/\(name)")
      let begun = try site.run("init", Self.folders.dropLast() + [name])
      #expect(begun.status == 0, "\(begun.errors)")
      let extracted = try site.run("extract")
      #expect(extracted.status == 0, "\(extracted.errors)")
    }
  }

  @Test func `never writes over a file, and nothing where it cannot go on`() throws {
    try withSite { site in
      try site.clear()
      try site.write("{}".utf8, to: "misfire.json")
      let refused = try site.run("init", Self.folders)
      #expect(refused.status == 1 && refused.errors.contains("choose another name with --output"))
      // Nor over its own.
      #expect(try site.run("init", Self.folders + ["--output", "own.json"]).status == 0)
      let again = try site.run("init", Self.folders + ["--output", "own.json"])
      #expect(again.status == 1)
      #expect(again.errors.contains("/own.json already exists, so it was not replaced: move it"))
      #expect(try site.text(of: "misfire.json") == "{}")

      try FileManager.default.createDirectory(
        atPath: "\(site.folder)/empty", withIntermediateDirectories: true)
      for (arguments, words) in [
        (
          ["--objects", "cars/images", "--annotations", "empty", "--scenes", "scenes"],
          "nothing was written"
        ),
        (
          ["--objects", "cars/images", "--annotations", "none", "--scenes", "empty"],
          "no pictures in "
        ),
        (["--objects", ".", "--annotations", "none", "--scenes", "scenes"], "must be separate"),
        (Self.folders + ["--class", "truck"], "the classes are car"),
      ] {
        let result = try site.run("init", arguments + ["--output", "new.json"])
        #expect(result.status != 0 && result.errors.contains(words), "\(result.errors)")
      }
      #expect(!FileManager.default.fileExists(atPath: "\(site.folder)/new.json"))
    }
  }

  @Test func `says what is odd about boxes, and which objects would not be found`() throws {
    try withSite { site in
      try site.clear()
      // Cars (one annotated with another picture size, one without a box), a bus as long as three cars, and people.
      _ = try Python.run(
        """
        import glob, json, os, re, sys
        images, annotations = [], []
        for index, path in enumerate(sorted(glob.glob(sys.argv[1] + "/cars/annotations/*.xml"))):
            text = open(path).read()
            x0, y0, x1, y1 = (int(re.search(f"<{k}>(\\\\d+)", text)[1]) for k in ("xmin", "ymin", "xmax", "ymax"))
            size = [int(re.search(f"<{k}>(\\\\d+)", text)[1]) for k in ("width", "height")]
            images.append({"id": index, "file_name": os.path.basename(path)[:-3] + "jpg",
                           "width": size[0] + (index == 3), "height": size[1]})
            if index == 4: continue
            box = [0, 0, size[0], 30] if index == 5 else [x0, y0, x1 - x0, y1 - y0]
            annotations.append({"image_id": index, "category_id": 1, "bbox": box})
            if index % 3 == 0: annotations.append({"image_id": index, "category_id": 2, "bbox": [9, 9, 20, 40]})
        json.dump({"images": images, "annotations": annotations,
                   "categories": [{"id": 1, "name": "car"}, {"id": 2, "name": "a \\"person\\""}]},
                  open(sys.argv[1] + "/coco.json", "w"))
        """, [site.folder.string])
      let arguments = [
        "--objects", "cars/images", "--annotations", "coco.json", "--scenes", "scenes",
      ]
      let cars = try site.run("init", arguments + ["--class", "car"])
      #expect(cars.status == 0, "\(cars.errors)")
      #expect(cars.output.contains("“car” (22), “a \"person\"” (7)"), "\(cars.output)")
      #expect(cars.output.contains("too long or high for it 1 object of 22"), "\(cars.output)")
      #expect(
        cars.errors.contains("left out 1 picture without a usable annotation: "), "\(cars.errors)")
      #expect(cars.errors.contains("another size of it"), "\(cars.errors)")
      #expect(try site.text(of: "misfire.json").contains(#""object_class": "car","#))

      let people = try site.run(
        "init", arguments + ["--output", "people/conf.json"], answers: "a \"person\"\n")
      #expect(people.status == 0, "\(people.errors)")
      #expect(people.output.contains("next: misfire extract --conf people/conf.json"))
      let text = try site.text(of: "people/conf.json")
      #expect(text.contains(#""object_class": "a \"person\"","#))
      #expect(text.contains("\"image_dataset\": \"\(site.folder)/cars/images\""))
      // Higher than wide, as people are, and not much larger than they are.
      let window = try #require(text.firstMatch(of: /"window_dim": \[(\d+), (\d+)\]/))
      #expect(Int(window.1)! < Int(window.2)! && Int(window.2)! <= 64, "\(window.0)")
      #expect(try site.run("extract", ["--conf", "people/conf.json"]).status == 0)
    }
  }
}

extension Site {
  /// Removes everything that was made from the pictures.
  fileprivate func clear() throws {
    try FileManager.default.removeItem(atPath: conf.string)
    for name in ["output", "inbox"] {
      try FileManager.default.removeItem(atPath: "\(folder)/\(name)")
    }
  }

  fileprivate func text(of name: String) throws -> String {
    try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
  }
}
