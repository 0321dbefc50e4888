import Foundation
import SystemPackage
import TestSupport
import Testing

/// The page that `misfire report` writes.
@Suite(.timeLimit(.minutes(10))) struct `The report` {
  @Test func `tells of generations, of the experiment and of what fooled the model`() throws {
    try withSite { site in
      try site.succeed("mine", "--all")
      try site.succeed("train")
      let experiment = try site.misfire("experiment", ["--json"])
      // The numbers are stored as printed, without the list of left-out data.
      let kept = try String(
        contentsOfFile: site.folder.appending(["output", "experiment.json"]).string, encoding: .utf8
      )
      let printed = try #require(experiment.output.firstMatch(of: /"left_out":{.*?},/))
      #expect(kept + "\n" == experiment.output.replacing(printed.output, with: ""))
      let (status, page) = (try site.status(), try report(site))

      #expect(try page.texts("//dd")[0] == "generation 2")
      #expect(try page.texts("//dd")[1].hasPrefix("\(status.images.mined) mined, 0 held out"))
      for drawing in ["wide", "narrow"] {
        #expect(try page.texts("//figure/svg[@class='\(drawing)']/@aria-label").count == 3)
      }
      #expect(
        try page.texts("//figcaption/span[starts-with(@class, 'key')]") == [
          "generation 1", "generation 2 (live)", "operating point",
          "detections in held-out pictures",
          "ideal", "generations",
          "experiment, most confident first", "experiment, random first",
        ])

      // The numbers match those that the other commands print.
      let models = try Command.run(
        "misfire", ["models", "list", "--json", "--conf", site.conf.string]
      ).objects()
      for (index, model) in models.reversed().enumerated() {
        let cells = try page.texts(
          "//h2[.='Generations']/following-sibling::table[1]/tbody/tr[\(index + 1)]/td")
        #expect(cells.first == "\(try #require(model["generation"] as? Int))")
        #expect(cells.last == model["reason"] as? String)
        let evaluation = try #require(
          (model["metrics"] as? [String: Any])?["evaluation"] as? [String: Any])
        // No picture without the object is held out here.
        #expect(evaluation["log_average_miss_rate"] == nil)
        let missRate = try #require(evaluation["log_average_miss_rate_beside_objects"] as? Double)
        #expect(cells[3] == String(format: "%.4f beside objects", missRate))
      }

      // One window per picture, the most confident first, with the live model's probability.
      let captions = try page.texts("//*[@class='patches'][1]/figure/figcaption/span[1]")
      let sure = captions.compactMap { Double($0.prefix { $0 != " " }) }
      #expect(sure.count == captions.count && !sure.isEmpty && sure == sure.sorted(by: >))
      #expect(captions.allSatisfy { $0.contains(" by generation 1, 0.") && $0.contains(" now") })
      let pictures = try page.texts("//*[@class='patches'][1]/figure//cite")
      #expect(Set(pictures).count == captions.count)
      let images = try page.texts("//*[@class='patches'][1]/figure//img/@src")
      #expect(images.count == captions.count)
      // Each beside its whole picture, with the box from the ledger.
      let boxes = try page.texts("//*[@class='patches'][1]/figure//*[local-name()='rect']/@width")
      #expect(boxes.count == images.count)
      for image in images {
        let png = try #require(image.wholeMatch(of: /data:image\/png;base64,(.+)/))
        let bytes = try #require(Data(base64Encoded: String(png.1)))
        #expect(bytes.starts(with: [0x89, 0x50, 0x4e, 0x47]))
      }
    }
  }

  @Test func `shows the windows that wait for a person, by their numbers`() async throws {
    try await withSite(["hn_review_percentile": "0"]) { site in
      let car = site.folder.appending(["cars", "images", "car-0001.jpg"])
      let name = "<i>R&D's \"car\".jpg"
      // Moved rather than copied, because a copy of a picture in image_dataset is refused.
      try FileManager.default.moveItem(
        atPath: car.string, toPath: site.inbox.appending(name).string)
      try await mineInbox(site)
      let page = try report(site)
      let listed = try Command.run(
        "misfire", ["review", "list", "--json", "--conf", site.conf.string]
      ).objects()
      let numbers = try page.texts("//*[@class='patches']/figure/figcaption/strong")
      #expect(!numbers.isEmpty && numbers == listed.prefix(24).map { "\($0["id"]!)" })
      // The command that the page shows does what it claims.
      let commands = try page.texts("//*[@class='patches']/figure[1]//code")
      #expect(commands.count == 3)
      let words = try #require(commands.first).split(separator: " ").dropFirst().map(String.init)
      try #require(words.prefix(2) == ["review", "negative"])
      let done = try Command.run("misfire", words + ["--conf", site.conf.string])
      #expect(done.output == "1 window to be trained on as a hard negative\n")
      #expect(try page.texts("//*[@class='patches']/figure//cite").contains(name))
    }
  }

  @Test func `says where a picture has gone, or is another now`() async throws {
    try await withSite { site in
      for picture in site.pictures { try site.copy(picture) }
      try await mineInbox(site)
      let mined = site.folder.appending("mined")
      let names = try report(site).texts("//*[@class='patches']/figure[.//img]//cite")
      #expect(names.count > 2)
      try FileManager.default.removeItem(atPath: mined.appending(names[0]).string)
      try Data(contentsOf: URL(filePath: mined.appending(names.last!).string))
        .write(to: URL(filePath: mined.appending(names[1]).string))
      let page = try report(site)
      let reasons = try page.texts("//*[@class='patches']/figure[p]/p")
      #expect(reasons.count == 2 && reasons[0].contains("No such file or directory"))
      #expect(reasons.last == "cannot be displayed: another picture has taken its place")
      #expect(
        try page.texts("//*[@class='patches']/figure[p]//cite") == Array(names.prefix(2)))
    }
  }

  @Test func `is written where it is asked for`() throws {
    try withSite { site in
      let written = try site.misfire("report", ["--output", "pages/now.html"])
      #expect(written.status == 0 && written.output == "written to pages/now.html\n")
      let page = try Page(site.folder.appending(["pages", "now.html"]))
      #expect(try page.texts("//dd")[0] == "generation 1")
      try site.change(["report_path": "\"here.html\""])
      let named = try site.misfire("report")
      #expect(named.output == "written to \(site.folder)/here.html\n")
    }
  }

  @Test func `says at which probability its rates were measured`() throws {
    try withSite { site in
      try site.change(["min_probability": "0.99"])
      let text = try report(site).texts("//h2[.='How good is it?']/following-sibling::p[1]")
      let measured = try #require(
        try Command.run("misfire", ["models", "show", "1", "--json", "--conf", site.conf.string])
          .objects().first?["metrics"] as? [String: Any])
      let evaluation = try #require(measured["evaluation"] as? [String: Any])
      let probability = try #require(evaluation["min_probability"] as? Double)
      #expect(
        probability < 0.99
          && text[0].contains(
            String(format: "with detections above probability %.3f.", probability))
      )
    }
  }

  @Test(arguments: [
    "{", "[]", #"{"hard_negatives":0,"trials":[]}"#,
    """
    {"hard_negatives":1,"trials":[{"order":"random","hard_negatives":1,"log_average_miss_rate":1e300,\
    "average_precision":0,"miss_rate":0,"false_positives_per_image":0},{"order":"most confident",\
    "hard_negatives":1,"log_average_miss_rate":0,"average_precision":0,"miss_rate":0,\
    "false_positives_per_image":0}]}
    """,
  ])
  func `names an experiment's file that is damaged`(_ json: String) throws {
    try withSite { site in
      try site.write(json.utf8, to: "output/experiment.json")
      let result = try site.misfire("report")
      #expect(result.status == 1)
      #expect(
        result.errors.contains("output/experiment.json was not written by `misfire experiment`"))
      #expect(try !site.names(in: "output").contains("report.html"))
    }
  }

  @Test func `is written by one process after the other`() throws {
    try withSite { site in
      let misfire = Command.folder.appending(path: "misfire").path
      let all = try Command.run(
        "/bin/sh", ["-c", "seq 30 | xargs -P 30 -I X \(misfire) report --conf \(site.conf)"])
      #expect(all.complaints == "")
      #expect(all.output.split(separator: "\n").count == 30)
    }
  }

  /// Lets the daemon mine the inbox.
  private func mineInbox(_ site: Site) async throws {
    let count = try site.names(in: "inbox").count
    let daemon = try DaemonProcess(conf: site.conf)
    #expect(await daemon.lines(["info mined"], count: count).count == count)
    #expect(await daemon.stop() == 0)
  }

  private func report(_ site: Site) throws -> Page {
    let result = try site.misfire("report")
    #expect(result.status == 0 && result.errors.isEmpty, "\(result.errors)")
    return try Page(site.folder.appending(["output", "report.html"]))
  }
}
