import Foundation
import SystemPackage
import TestSupport
import Testing

@Suite struct `Forgetting, as JSON` {
  @Test func `is told even when nothing is left to forget`() throws {
    try withSite(["hn_min_margin": "-0.9"]) { site in
      let picture = site.drops.appending(site.pictures[0]).string
      #expect(try site.misfire("mine", [picture]).status == 0)
      for count in [1, 0] {
        let told = try site.misfire("forget", [site.pictures[0], "--json"])
        #expect(told.status == 0, "\(told.errors)")
        let line = try #require(try told.objects().first, "\(told.errors)")
        #expect(line["pictures"] as? Int == count)
        #expect(line["rolled_back"] as? Bool == false)
      }
    }
  }

  @Test(arguments: ["--undo", "--dry-run"])
  func `is refused where there is none`(option: String) throws {
    let told = try Command.run("misfire", ["forget", "a.jpg", "--json", option])
    #expect(told.status == 64 && told.output.isEmpty)
    #expect(told.errors.contains("--json cannot be combined with --undo or --dry-run"))
  }
}
