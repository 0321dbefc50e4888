import Foundation
import SystemPackage
import TestSupport
import Testing

@Suite struct `Forgetting by hand` {
  /// Runs `body` with a site that has two pictures mined and sealed.
  private func withMinedSite(_ body: (Site) throws -> Void) throws {
    try withSite(["hn_min_margin": "-0.9", "hn_max_per_image": "5"]) { site in
      let pictures = site.pictures.prefix(2).map { site.drops.appending($0).string }
      #expect(try site.misfire("mine", pictures).status == 0)
      try body(site)
    }
  }

  @Test(arguments: ["takenBack", "draftWritten", "draftSynchronized", "replaced", "left"])
  func `is finished by whatever comes next, when it is killed`(step: String) throws {
    try withMinedSite { site in
      let before = try site.status().hardNegatives.total
      let name = site.pictures[0]
      #expect(try site.kill("forget", [name], after: step) == -SIGKILL)
      let left = try site.status()
      #expect(left.hardNegatives.total < before && left.hardNegatives.total > 0)
      #expect(try site.misfire("forget", [name]).errors.contains("none of these pictures is left"))
      #expect(try site.misfire("train", ["--force"]).status == 0)
      #expect(try site.misfire("verify").output == "all is well\n")
      #expect(try site.sealedRowCount() == left.hardNegatives.total)
      #expect(try site.misfire("mine", [site.drops.appending(name).string]).status == 1)
      #expect(try site.sealedRowCount() == left.hardNegatives.total)
    }
  }

  @Test func `names the generation to go back to, or goes there`() throws {
    try withMinedSite { site in
      #expect(try site.misfire("train", ["--force"]).status == 0)
      let listed = try site.misfire("forget", ["--since", "1h", "--dry-run"])
      #expect(listed.output.split(separator: "\n").count == 2)
      // An hour from now is eleven hours ago where clocks are twelve hours behind.
      let later = DateFormatter()
      later.timeZone = TimeZone(secondsFromGMT: -12 * 3600)
      for form in ["yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd HH:mm", "yyyy-MM-dd HH:mm:ss"] {
        later.dateFormat = form
        let moment = later.string(from: .now + 3600)
        for (zone, count) in [("-12:00", 0), ("Z", 2)] {
          let found = try site.misfire("forget", ["--since", moment + zone, "--dry-run"])
          #expect(found.output.split(separator: "\n").count == count, "\(found)")
          #expect(!found.errors.contains("Usage"), "\(found)")
        }
      }
      let result = try site.misfire("forget", ["--reason", "cars", site.pictures[0]])
      #expect(result.output.contains("forgot 1 picture with"))
      #expect(
        result.output.contains("`misfire forget --rollback` goes back to generation 1"),
        "\(result)")
      #expect(try site.status().generation == 2)
      let back = try site.misfire("forget", ["--generation", "2", "--rollback", "--json"])
      let told = try back.objects()[0]
      #expect(told["rolled_back"] as? Bool == true && told["clean_generation"] as? Int == 1)
      #expect(try site.status().generation == 1)
      #expect(try site.status().hardNegatives.total == 0)
      #expect(try site.misfire("verify").output == "all is well\n")

      let refused = try site.misfire("mine", [site.drops.appending(site.pictures[0]).string])
      #expect(refused.status == 1 && refused.errors.contains(": cars; `misfire forget --undo"))
      let again = try site.misfire("forget", ["--undo", site.pictures[0]])
      #expect(again.output.contains("is allowed again"))
      #expect(
        try site.misfire("mine", [site.drops.appending(site.pictures[0]).string]).status == 0)
      #expect(try site.status().hardNegatives.total > 0)
    }
  }

  @Test func `goes back on second thoughts, too`() throws {
    try withMinedSite { site in
      #expect(try site.misfire("train", ["--force"]).status == 0)
      #expect(try site.misfire("forget", [site.pictures[0]]).status == 0)
      #expect(try site.status().generation == 2)
      let back = try site.misfire("forget", [site.pictures[0], "--rollback", "--json"])
      #expect(try back.objects()[0]["rolled_back"] as? Bool == true)
      #expect(try site.status().generation == 1)
    }
  }

  @Test func `is shown in the status until a generation is live that never saw the pictures`()
    throws
  {
    try withMinedSite { site in
      func shown() throws -> (text: String, json: [String: Any]) {
        (
          try site.misfire("status").output,
          try #require(try site.misfire("status", ["--json"]).objects().first)
        )
      }
      #expect(try site.misfire("train", ["--force"]).status == 0)
      let before = try shown()
      #expect(!before.text.contains("taken back") && !before.text.contains("pinned"))
      #expect(before.json["taken_back"] as? Int == 0 && before.json["pinned"] as? Bool == false)

      #expect(try site.misfire("forget", [site.pictures[0]]).status == 0)
      try site.succeed("models", "pin")
      let after = try shown()
      let count = try #require(after.json["taken_back"] as? Int)
      #expect(count > 0 && after.json["pinned"] as? Bool == true)
      #expect(
        after.text.contains(
          "wrong           the live generation 2 has learnt from \(count) hard negative"))
      #expect(
        after.text.contains(
          """
          to do           go back to generation 1, the last that never saw them: `misfire forget --rollback`; or train one \
          without them: `misfire models unpin`, then `misfire train`
          """), "\(after.text)")
      #expect(after.text.contains("live model      generation 2, pinned: no other goes live"))

      let back = try site.misfire("forget", ["--rollback"])
      #expect(
        back.output
          == "generation 1, which never saw them, is live again, until a training is accepted\n")
      let last = try shown()
      #expect(!last.text.contains("taken back") && !last.text.contains("pinned"))
      #expect(last.json["generation"] as? Int == 1 && last.json["pinned"] as? Bool == false)
      let again = try site.misfire("forget", ["--rollback"])
      #expect(
        again.output == "the live generation has learnt from nothing that was taken back\n")
    }
  }

  @Test(arguments: [
    ["--since", "yesterday"], ["--since", "infd"], ["--since", "1h", "--generation", "1"], [],
    ["a.jpg", "--rollback", "--undo"], ["--rollback", "--dry-run"],
  ])
  func `says what is wrong with its arguments`(arguments: [String]) throws {
    try withSite { site in
      let result = try site.misfire("forget", arguments)
      #expect(result.status == 64 && result.errors.contains("Usage"))
    }
  }

  @Test func `says what undoes a decision, and why nothing changes`() throws {
    try withSite(["hn_min_margin": "-0.9"]) { site in
      #expect(try site.misfire("mine", [site.drops.appending(site.pictures[0]).string]).status == 0)
      let before = try site.status().hardNegatives.total
      func review(_ words: String...) throws -> Command.Result {
        try Command.run("misfire", ["review"] + words + ["--conf", site.conf.string])
      }
      let decided = try review("object", "1").output
      #expect(decided.contains("that overlap"), "\(decided)")
      let left = try site.status().hardNegatives.total
      #expect(left < before - 1)
      let undoing = try #require(
        decided.firstMatch(of: /\nto undo this: `misfire review negative ([0-9 ]+)`\n/))
      let windows = undoing.1.split(separator: " ").map(String.init)
      #expect(windows.contains("1") && windows.count == before - left)
      try site.succeed(["review", "negative"] + windows)
      #expect(try site.status().hardNegatives.total == before)
      #expect(try site.misfire("verify").output == "all is well\n")

      let again = try review("negative", "1")
      #expect(again.status == 0 && again.output.hasPrefix("0 windows "))
      #expect(again.errors == "misfire: window 1 is unchanged: it is a hard negative already\n")
    }
  }

  @Test func `decides by verbs that say what they mean, and knows the old ones`() throws {
    try withSite(["hn_min_margin": "-0.9"]) { site in
      let picture = site.drops.appending(site.pictures[0]).string
      #expect(try site.misfire("mine", [picture]).status == 0)
      let windows = try Python.run(
        """
        import sqlite3, sys
        for id, in sqlite3.connect(sys.argv[1]).execute("SELECT id FROM hard_negatives LIMIT 3"): print(id)
        """, [site.folder.appending("output/state.sqlite").string]
      ).split(separator: "\n").map(String.init)
      func review(_ words: String...) throws -> Command.Result {
        try Command.run("misfire", ["review"] + words + ["--conf", site.conf.string])
      }
      #expect(
        try review("object", windows[0]).output.contains("1 window to be trained on as an object\n")
      )
      #expect(try site.misfire("status").output.contains(", 1 was called an object\n"))
      #expect(try review("skip", windows[1]).output.contains("left out"))
      #expect(try review("negative", windows[1]).output.contains("as a hard negative\n"))
      #expect(try review("accept", windows[1]).errors.contains("is now called `review negative`"))
      #expect(try review("reject", "--all").errors.contains("is now called `review skip`"))
      let unknown = try review("negative", "999999")
      #expect(unknown.status == 1 && unknown.errors.contains("there is no window 999999"))
      #expect(try site.misfire("train", ["--force"]).status == 0)
      #expect(try site.misfire("verify").output == "all is well\n")
    }
  }
}
