import Foundation
import Mining
import Settings
import SystemPackage
import TestSupport
import Testing

@testable import Daemon

@Suite struct `A workplace` {
  /// What was moved in for weeks before the first training took memory for its name once.
  @Test func `keeps no names while there is no model`() throws {
    try withSite(["hn_settle_seconds": "3600"]) { site in
      let settings = try Settings.load(site.conf)
      let aside = site.folder.appending("model.aside").string
      try FileManager.default.moveItem(atPath: site.model.string, toPath: aside)
      let workplace = try Workplace(settings, lock: StateLock(settings))
      // Nothing but the word of who moved them in says that these are whole.
      for name in ["early.pgm", "late.pgm"] {
        try site.write("P5 4 4 255\n0123456789abcdef".utf8, to: "inbox/\(name)")
      }
      workplace.note(movedIn: ["early.pgm"])
      #expect(workplace.look().lacksModel)

      try FileManager.default.moveItem(atPath: aside, toPath: site.model.string)
      #expect(try workplace.miner.adoptLiveModel())
      workplace.note(movedIn: ["late.pgm"])
      let look = workplace.look()
      #expect(look.failure == nil)
      #expect(look.reports.map(\.picture.lastComponent) == ["late.pgm"])
    }
  }
}
