import Foundation
import SystemPackage
import TestSupport
import Testing

@Suite struct `The live model` {
  /// A site with two generations.
  private func withTwoGenerations(_ body: (Site) throws -> Void) throws {
    try withSite { site in
      try site.change(["C": "0.02"])
      try site.succeed("train")
      try body(site)
    }
  }

  private func models(_ site: Site, _ arguments: String...) throws -> Command.Result {
    try Command.run("misfire", ["models"] + arguments + ["--conf", site.conf.string])
  }

  private func generations(_ site: Site, that are: String) throws -> [Int] {
    try models(site, "list", "--json").objects().filter { $0[are] as? Bool == true }
      .compactMap { $0["generation"] as? Int }
  }

  @Test func `that is pinned stays, and later ones are saved`() throws {
    try withTwoGenerations { site in
      try site.succeed("models", "rollback")
      try site.change(["C": "0.03"])
      let trained = try site.misfire("train").output
      #expect(
        trained.contains("\nsaved but not made live, because another generation is pinned: "))
      let lines = try models(site, "list").output.split(separator: "\n")
      #expect(lines.map { $0.prefix(3) } == ["P 1", "  2", "  3"])
      #expect(lines.map { $0.contains("  never live: ") } == [false, false, true])
      #expect(try generations(site, that: "was_live") == [1, 2])
    }
  }

  @Test func `is whole whoever changes it at once`() throws {
    try withTwoGenerations { site in
      try site.succeed("models", "pin", "1")
      // With another C, the training gives a new model whichever generation is live when it ends.
      try site.change(["C": "0.03"])
      let script = """
        again() {
          for round in $(seq "$1"); do
            "$misfire" $2 --conf "$conf" > /dev/null || echo "misfire $2 failed" >&2
          done
        }
        misfire="$0" conf="$1"
        again 20 "models pin 1" & again 20 "models pin 2" & again 20 "models rollback 1" &
        again 20 "status" & again 1 "train --force" &
        wait
        """
      let result = try Command.run(
        "/bin/bash",
        ["-c", script, Command.folder.appending(path: "misfire").path, site.conf.string]
      )
      #expect(result.complaints == "")
      #expect(try site.misfire("verify").output == "all is well\n")
      let live = try generations(site, that: "live")
      #expect(live == [1] || live == [2])
      #expect(try generations(site, that: "pinned") == live)
      #expect(try generations(site, that: "accepted") == [1, 2, 3])
    }
  }

  @Test func `stays as a crash left it until somebody changes something`() throws {
    try withSite { site in
      try site.change(["C": "0.02"])
      #expect(try site.kill("train", ["--force"], after: "promotionBegun") == -SIGKILL)
      let before = try files(of: site)
      for words in [
        ["status"], ["models"], ["models", "show", "1"], ["review"], ["evaluate"], ["verify"],
        ["detect", "drops/" + site.pictures[0]],
        ["mine", "--dry-run", "drops/" + site.pictures[0]],
      ] {
        _ = try Command.run(
          "misfire", words + ["--conf", site.conf.string], in: site.folder.string)
        let after = try files(of: site)
        #expect(Set(before.keys) == Set(after.keys), "\(words)")
        #expect(before.keys.filter { before[$0] != after[$0] } == [], "\(words)")
      }
      #expect(
        try site.misfire("verify").output.contains("the switch to generation 2 was interrupted"))
      #expect(try site.misfire("mine", ["drops/" + site.pictures[0]]).status == 0)
      #expect(try site.status().generation == 2)
      #expect(try site.misfire("verify").status == 0)
    }
  }

  /// The contents of all files in a site's folder except the ledger's own, which SQLite touches whenever they are
  /// opened.
  private func files(of site: Site) throws -> [String: Data] {
    let names = try FileManager.default.subpathsOfDirectory(atPath: site.folder.string)
      .filter { !$0.contains("state.sqlite") }
    return Dictionary(
      uniqueKeysWithValues: names.compactMap { name in
        FileManager.default.contents(atPath: site.folder.appending(name).string)
          .map { (name, $0) }
      })
  }

  @Test(arguments: [
    "models pin 1", "models pin 2", "models rollback", "train --force", "mine", "verify --repair",
  ])
  func `that is damaged is replaced by`(remedy: String) throws {
    try withTwoGenerations { site in
      try site.write("This is not what it was.".utf8, to: "output/model.hdf5")
      #expect(try site.misfire("status").output.contains("`misfire models pin N`"))
      #expect(try models(site, "list").status == 0)
      let verified = try site.misfire("verify")
      #expect(verified.output.contains("--repair"))
      let result = try Command.run(
        "misfire",
        remedy.split(separator: " ").map(String.init) + ["--conf", site.conf.string])
      #expect(result.status == 0, "\(result.errors)")
      #expect(try site.misfire("verify").output == "all is well\n")
      #expect(try generations(site, that: "live").count == 1)
    }
  }

  @Test(arguments: ["train", "mine", "verify --repair"])
  func `that is missing is restored by`(remedy: String) throws {
    try withTwoGenerations { site in
      try FileManager.default.removeItem(atPath: site.model.string)
      let problem = "it is missing, but generation 2 is live in the ledger"
      for command in ["status", "check", "verify"] {
        let told = try site.misfire(command).output
        #expect(told.contains(problem) && told.contains("`misfire verify --repair`"), "\(told)")
        #expect(!told.contains("models pin") && !told.contains("misfire extract"), "\(told)")
      }
      #expect(
        try site.misfire("detect", [site.drops.appending(site.pictures[0]).string]).errors
          .contains("`misfire status` says what restores it"))
      let words = remedy.split(separator: " ").map(String.init)
      let result = try Command.run("misfire", words + ["--conf", site.conf.string])
      #expect(result.status == 0, "\(result.errors)")
      #expect(try site.misfire("verify").output == "all is well\n")
      // A training compares with it: the same rows give it again.
      #expect(try generations(site, that: "accepted") == [1, 2])
      #expect(try generations(site, that: "live") == [2])
      #expect(try generations(site, that: "pinned") == [])
    }
  }
}
