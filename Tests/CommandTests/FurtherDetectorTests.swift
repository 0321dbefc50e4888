import Foundation
import SystemPackage
import TestSupport
import Testing

@Suite struct `Init for a further detector` {
  @Test func `shares nothing with the first, and says how to name it`() throws {
    try withSite { site in
      let arguments = [
        "--objects", "cars/images", "--annotations", "cars/annotations", "--scenes", "scenes",
      ]
      func text(of name: String) throws -> String {
        try String(contentsOfFile: "\(site.folder)/\(name)", encoding: .utf8)
      }
      #expect(try site.run("init", arguments).status == 0)
      let first = try text(of: "misfire.json")
      #expect(first.contains(#""features_path": "output/features.hdf5","#))
      #expect(!first.contains(#""hn_inbox""#))

      // A name that is found, too, where there is no misfire.json.
      let begun = try site.run("init", arguments + ["--output", "cars.json"])
      #expect(begun.status == 0, "\(begun.errors)")
      #expect(
        begun.output.contains(
          "next: misfire extract --conf cars.json, then misfire train --conf cars.json\n"),
        "\(begun.output)")
      let further = try text(of: "cars.json")
      for (key, name) in [
        ("features_path", "features.hdf5"), ("classifier_path", "model.hdf5"),
        ("hn_inbox", "inbox"), ("hn_mined", "mined"), ("hn_quarantine", "quarantine"),
      ] {
        #expect(further.contains(#""\#(key)": "output-cars/\#(name)","#), "\(further)")
      }
      let kept = try site.names(in: "output")
      for command in ["extract", "train"] {
        let done = try site.run(command, ["--conf", "cars.json"])
        #expect(done.status == 0, "\(done.errors)")
      }
      #expect(try site.names(in: "output") == kept)
      #expect(try site.names(in: "output-cars").contains("state.sqlite"))
    }
  }
}
