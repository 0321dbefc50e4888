import Foundation
import SystemPackage
import TestSupport
import Testing

@Suite struct `Retiring by hand` {
  /// Runs `body` with hard negatives of a weak first model and three later generations.
  private func withThreeGenerations(_ body: (Site) throws -> Void) throws {
    try withSite(["hn_min_margin": "-0.9", "hn_max_per_image": "8", "hn_max_rows": "null"]) {
      site in
      let pictures = site.pictures.prefix(4).map { site.drops.appending($0).string }
      #expect(try site.misfire("mine", pictures).status == 0)
      for penalty in ["1", "2", "4"] {
        try site.change(["C": penalty])
        let trained = try site.misfire("train", ["--force"])
        #expect(trained.status == 0 && !trained.errors.contains("retired"))
      }
      try body(site)
    }
  }

  @Test func `follows a training, is told, and ends where a later generation misfires`() throws {
    try withThreeGenerations { site in
      let all = try site.status().hardNegatives.total
      try site.change(["C": "8", "hn_max_rows": "\(all - 1)"])
      let trained = try site.misfire("train", ["--force"])
      let status = try site.status()
      let retired = all - status.hardNegatives.total
      #expect(retired > 0 && trained.errors.contains("misfire: retired \(retired) hard negative"))
      #expect(try site.sealedRowCount() == status.hardNegatives.total)
      #expect(try site.misfire("status").output.contains(", \(retired) are retired"))
      #expect(status.hardNegatives.sinceTraining == 0)
      #expect(try site.misfire("verify").output == "all is well\n")

      // Nothing returns by itself. Mining again with a model that misfires more finds it again.
      try site.change(["hn_max_rows": "null", "hn_min_margin": "-100", "hn_max_per_image": "200"])
      #expect(try site.misfire("mine", ["--mined"]).status == 0)
      #expect(try site.misfire("status").output.contains(", \(retired) are retired"))
      try site.change(["C": "16"])
      #expect(try site.misfire("train", ["--force"]).status == 0)
      #expect(try site.misfire("mine", ["--mined"]).status == 0)
      #expect(try !site.misfire("status").output.contains(", \(retired) are retired"))
      #expect(try site.misfire("verify").output == "all is well\n")
    }
  }

  @Test func `says where a limit is too low for what the models need`() throws {
    try withThreeGenerations { site in
      try site.change(["C": "8", "hn_max_rows": "1"])
      let trained = try site.misfire("train", ["--force"])
      let left = try site.status().hardNegatives.total
      #expect(left > 1)
      #expect(trained.errors.contains("\(left - 1) hard negatives more than hn_max_rows"))
    }
  }

  @Test(arguments: ["retired", "draftWritten", "replaced", "left"])
  func `is finished by whatever comes next, when it is killed`(step: String) throws {
    try withThreeGenerations { site in
      let all = try site.status().hardNegatives.total
      // The rows are rewritten twice: for the model, and for what is retired.
      try site.change(["hn_max_rows": "\(all - 1)"])
      #expect(try site.kill("train", ["--force"], after: step) == -SIGKILL)
      #expect(try site.misfire("train", ["--force"]).status == 0)
      #expect(try site.misfire("verify").output == "all is well\n")
      let left = try site.status().hardNegatives.total
      #expect(left < all && left > 0)
      #expect(try site.sealedRowCount() == left)
    }
  }
}
