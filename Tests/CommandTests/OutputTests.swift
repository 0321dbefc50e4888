import Foundation
import SystemPackage
import TestSupport
import Testing

/// Output for programs.
@Suite struct `JSON` {
  @Test func `of mine is one line a picture with its windows and hits`() throws {
    try withSite { site in
      let pictures = site.pictures.prefix(3).map { "drops/" + $0 }
      let result = try site.misfire("mine", ["--dry-run", "--json"] + pictures)
      #expect(result.status == 0 && result.errors.isEmpty)
      let lines = try result.objects()
      #expect(lines.map { $0["image"] as? String } == pictures)
      for line in lines {
        #expect(Set(line.keys) == ["image", "windows", "seconds", "hits"])
        #expect(try #require(line["windows"] as? Int) > 1000)
        #expect(try #require(line["seconds"] as? Double) > 0)
        let hits = try #require(line["hits"] as? [[String: Any]])
        try expectObjects(hits)
        #expect(hits.allSatisfy { $0["probability"] as! Double > 0.51 })
      }
    }
  }

  @Test func `of detect is one line a picture with its detections`() throws {
    try withSite(["min_probability": "0.2", "target_fppi": "null"]) { site in
      let pictures = ["cars/images/car-0001.jpg", "cars/images/car-0002.jpg"]
      let result = try site.misfire("detect", ["--json"] + pictures)
      #expect(result.status == 0 && result.errors.isEmpty)
      let lines = try result.objects()
      #expect(lines.map { $0["image"] as? String } == pictures)
      for line in lines {
        #expect(Set(line.keys) == ["image", "detections"])
        let detections = try #require(line["detections"] as? [[String: Any]])
        #expect(!detections.isEmpty)
        try expectObjects(detections)
      }
    }
  }

  @Test func `of status counts pictures and hard negatives`() throws {
    try withSite { site in
      let new = try #require(try site.misfire("status", ["--json"]).objects().first)
      #expect(Set(new.keys).isSuperset(of: ["images", "hard_negatives", "generation"]))
      #expect(new["generation"] as? Int == 1)
      let images = try #require(new["images"] as? [String: Int])
      #expect(
        images == [
          "mined": 0, "held_out": 0, "quarantined": 0, "waiting": 0, "forgotten": 0, "deleted": 0,
        ])
      let rows = try #require(new["hard_negatives"] as? [String: Int])
      #expect(
        Set(rows.keys).isSuperset(of: ["total", "sealed", "unsealed", "since_training"]))
      #expect(rows.values.allSatisfy { $0 == 0 })

      try site.copy(site.pictures[0])
      let mined = try site.misfire("mine", ["drops/" + site.pictures[1]])
      #expect(mined.status == 0, "\(mined.errors)")
      let status = try site.status()
      #expect(status.images.mined == 1 && status.images.waiting == 1)
      #expect(status.hardNegatives.total == status.hardNegatives.sinceTraining)
    }
  }

  @Test func `of train and of models say the same under the same names`() throws {
    try withSite { site in
      try site.change(["C": "0.02"])
      let trained = try #require(try site.misfire("train", ["--json"]).objects().first)
      func models(_ arguments: String...) throws -> Command.Result {
        try Command.run("misfire", ["models"] + arguments + ["--conf", site.conf.string])
      }
      let listed = try models("list", "--json").objects()
      let shown = try #require(try models("show", "2", "--json").objects().first)
      #expect(listed.count == 2 && NSDictionary(dictionary: listed[1]) == shown as NSDictionary)
      let common = Set(trained.keys).intersection(shown.keys)
      #expect(
        common.isSuperset(of: [
          "generation", "accepted", "live", "reason", "positives", "hard_negatives", "objective",
        ]))
      for key in common {
        #expect((trained[key] as? NSObject) == (shown[key] as? NSObject), "\(key)")
      }
      let metrics = try #require(shown["metrics"] as? [String: Any])
      let evaluation = try #require(metrics["evaluation"] as? [String: Any])
      #expect(evaluation["objects"] is Int)

      let text = try models("show", "2")
      #expect(text.status == 0 && text.output.contains("accepted"))
      let missing = try models("show", "99")
      #expect(missing.status == 1 && missing.output.isEmpty)
      #expect(missing.errors.contains("there is no generation 99; `misfire models list`"))
    }
  }

  @Test func `of evaluate has the false positives of pictures without any object`() throws {
    try withSite { site in
      let drops = ["--negatives", site.drops.string]
      let text = try site.misfire("evaluate", drops).output
      #expect(text.contains("\nmiss rate                  not measurable\n"), "\(text)")
      #expect(text.contains(/\nfalse positives per image  [0-9.]+ \(.+\)\n/), "\(text)")
      let json = try #require(try site.misfire("evaluate", drops + ["--json"]).objects().first)
      #expect(json["false_positives_per_image_interval"] is [String: Any])
      #expect(json["miss_rate"] == nil)
      let rows = try #require(json["thresholds"] as? [[String: Any]])
      let count = try #require(rows.last?["false_positives"] as? Int)
      #expect(try site.misfire("evaluate", drops + ["--csv"]).output.contains(",\(count),,"))
    }
  }

  @Test func `of evaluate says how many of its pictures taught the detector`() throws {
    try withSite { site in
      func note(_ folder: FilePath) throws -> String {
        try site.misfire("evaluate", ["--negatives", folder.string]).errors
      }
      #expect(try note(site.drops) == "")
      try site.succeed("mine", "\(site.drops)/\(site.pictures[0])")
      #expect(
        try note(site.drops)
          == "misfire: 1 of these \(site.pictures.count) pictures taught the detector; expect more mistakes in others\n"
      )
      #expect(
        try note(site.folder.appending("scenes")).contains(
          /^misfire: \d+ of these \d+ pictures taught/))
      #expect(try site.misfire("evaluate").errors == "")
    }
  }

  /// Expects only probabilities, margins and boxes, the most confident first.
  private func expectObjects(_ objects: [[String: Any]]) throws {
    for object in objects {
      #expect(Set(object.keys) == ["probability", "margin", "box"])
      let box = try #require(object["box"] as? [Int])
      #expect(box.count == 4 && box[0] < box[2] && box[1] < box[3])
    }
    for key in ["probability", "margin"] {
      let numbers = try objects.map { try #require($0[key] as? Double) }
      #expect(numbers == numbers.sorted(by: >))
    }
  }
}

/// What people do by hand.
@Suite struct `The command line` {
  @Test func `mines the lesson's batch, the most confident first, and nothing twice`() throws {
    try withSite(["hn_num_distraction_images": "6"]) { site in
      let dry = try site.misfire("mine", ["--dry-run"])
      #expect(dry.output.hasSuffix("of 6 pictures; nothing saved\n"))
      #expect(try site.status().hardNegatives.total == 0)
      let first = try site.misfire("mine")
      #expect(first.status == 0 && first.errors.isEmpty, "\(first.errors)")
      let total = try site.status().hardNegatives.total
      #expect(total > 0 && first.output.hasSuffix(" pictures, \(total) of them new\n"))
      let second = try site.misfire("mine")
      #expect(second.output.hasSuffix(" pictures, 0 of them new\n"))
      #expect(try site.status().hardNegatives.sealed == total)

      let sorted = try Python.run(
        """
        import h5py, numpy as np, sys
        with h5py.File(sys.argv[1]) as file:
            probabilities = file["hard_negatives_probability"][:]
            print(len(file["hard_negatives"]), (np.diff(probabilities) <= 0).all())
        """, [site.folder.appending(["output", "features.hdf5"]).string])
      #expect(sorted == "\(total) True\n")
    }
  }

  @Test func `says what to do where nothing fools the detector`() throws {
    try withSite(["hn_min_margin": "99", "validation_share": "0.3"]) { site in
      let mined = try site.misfire("mine")
      #expect(mined.status == 0 && mined.output.hasPrefix("0 hard negatives in "))
      #expect(
        mined.errors.contains(
          "only those above 1.000 are mined, so nothing is learnt from the false alarms in between; set hn_min_margin"
        ), "\(mined.errors)")
      // Nothing is learnt from a held-out picture, whatever the limit.
      let teaching = try site.misfire("mine", ["--all", "--json"]).objects()
        .compactMap { $0["image"] as? String }
      let scenes = try site.names(in: "scenes").map { "\(site.folder)/scenes/\($0)" }
      let heldOut = try #require(scenes.first { !teaching.contains($0) })
      let shown = try site.misfire("mine", [heldOut])
      #expect(shown.errors.contains("held out to measure detectors; not learnt from"), "\(shown)")
      #expect(!shown.errors.contains("hn_min_margin"), "\(shown)")
      // Where every detection is mined, the limit hides nothing.
      try site.change(["target_fppi": "null", "min_probability": "1"])
      #expect(
        try site.misfire("mine").errors.contains(
          "there is nothing to learn from these pictures; mine others, or lower hn_min_margin"))
    }
  }

  @Test func `mines all pictures that are not held out`() throws {
    try withSite(["validation_share": "0.3"]) { site in
      let mined = try site.misfire("mine", ["--all", "--json"]).objects()
        .compactMap { $0["image"] as? String }
      #expect(mined.count < 20 && mined.count > 5)
      #expect(Set(mined).count == mined.count)
      #expect(mined.allSatisfy { $0.hasPrefix(site.folder.appending("scenes").string) })
    }
  }

  @Test func `draws what it detects`() throws {
    try withSite { site in
      let cars = (1...2).map { "cars/images/car-000\($0).jpg" }
      #expect(try site.misfire("detect", ["--draw", "one.png", cars[0]]).status == 0)
      #expect(try site.misfire("detect", ["--draw", "several"] + cars).status == 0)
      #expect(try site.names(in: "several") == ["car-0001.jpg", "car-0002.jpg"])
      // The drawing has the picture's size, and something drawn on it.
      let differing = try Python.run(
        """
        import cv2, sys
        car, drawing = (cv2.imread(path) for path in sys.argv[1:])
        print((car != drawing).any(2).mean())
        """, [cars[0], "one.png"].map { site.folder.appending($0).string })
      #expect(try #require(Double(differing.dropLast())) > 0.005)
    }
  }

  @Test func `teaches its use`() throws {
    let overview = try Command.run("misfire", ["--help"])
    #expect(overview.status == 0 && overview.errors.isEmpty)
    for command in ["extract", "train", "mine", "detect", "status"] {
      #expect(overview.output.contains("misfire \(command)") || overview.output.contains(command))
      let help = try Command.run("misfire", [command, "--help"])
      #expect(help.status == 0 && help.output.contains("--conf"))
    }
    for words in [["help", "mine"], ["help", "models", "list"]] {
      let help = try Command.run("misfire", words)
      #expect(help.status == 0 && help.output.contains("misfire \(words[1])"))
    }
    #expect(try Command.run("misfired", ["--help"]).output.contains("--conf"))
  }

  @Test(arguments: [
    ["mine", "--colour"], ["mine", "--all", "picture.jpg"], ["detect"], ["dig"],
    ["help", "dig"], ["help", "models", "dig"],
    ["train", "--hard-negatives", "-1"], ["train", "--hard-negatives", "many"],
  ])
  func `refuses what it does not understand with status 64`(arguments: [String]) throws {
    let result = try Command.run("misfire", arguments)
    #expect(result.status == 64 && result.output.isEmpty && result.errors.contains("Usage:"))
  }
}
