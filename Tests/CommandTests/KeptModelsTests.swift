import Foundation
import SystemPackage
import TestSupport
import Testing

@Suite struct `Keeping models` {
  private func models(_ words: String..., in site: Site) throws -> Command.Result {
    try Command.run("misfire", ["models"] + words + ["--conf", site.conf.string])
  }

  @Test func `deletes the others after a training, and says so`() throws {
    try withSite { site in
      for penalty in ["1", "2", "4"] {
        try site.change(["C": penalty])
        #expect(try site.misfire("train", ["--force"]).status == 0)
      }
      #expect(try site.names(in: "output/models").count == 4)
      // One model is live and the latest; the best so far can be another.
      try site.change(["C": "8", "models_keep": "1"])
      let trained = try site.misfire("train", ["--force"])
      let left = try site.names(in: "output/models").count
      #expect(left <= 3 && left >= 1)
      #expect(trained.errors.contains("misfire: deleted \(5 - left) models because of models_keep"))
      #expect(try site.misfire("verify").output == "all is well\n")
      let listed = try models("list", in: site).output.split(separator: "\n")
      let deleted = listed.filter { $0.hasSuffix("its model was deleted because of models_keep") }
      #expect(listed.count == 5 && deleted.count == 5 - left)
      let gone = try #require(deleted.first?.split(separator: " ").first)
      #expect(try models("pin", String(gone), in: site).status != 0)
      #expect(
        try models("show", String(gone), in: site).output.contains("cannot be made live again")
      )
    }
  }

  @Test(arguments: ["deletingRecorded", "modelsDeleted"])
  func `is finished by the next training, when it is killed`(step: String) throws {
    try withSite(["models_keep": "1"]) { site in
      try site.change(["C": "1"])
      #expect(try site.kill("train", ["--force"], after: step) == -SIGKILL)
      #expect(try site.misfire("verify").output == "all is well\n")
      try site.change(["C": "2"])
      #expect(try site.misfire("train", ["--force"]).status == 0)
      #expect(try !site.names(in: "output/models").contains("0001.hdf5"))
      #expect(try site.misfire("verify").output == "all is well\n")
    }
  }
}
