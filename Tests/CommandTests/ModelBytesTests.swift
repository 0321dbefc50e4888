import Foundation
import TestSupport
import Testing

@Suite struct `Models` {
  @Test func `are the same files byte for byte on any number of threads`() throws {
    let models = try ["1", "2", "5"].map { threads in
      var model = Data()
      try withSite(["threads": threads]) { site in
        for step in [["mine", "--all"], ["train", "--force"]] {
          let result = try site.misfire(step[0], Array(step.dropFirst()))
          #expect(result.status == 0, "\(result.errors)")
        }
        model = try Data(contentsOf: URL(filePath: site.model.string))
        #expect(
          try Data(contentsOf: URL(filePath: "\(site.folder)/output/models/0002.hdf5"))
            == model)
      }
      return model
    }
    #expect(models[1] == models[0] && models[2] == models[0])
  }
}
