import Foundation
import SystemPackage
import TestSupport
import Testing

/// From a folder of cars to a better detector, with the commands that people use.
@Suite(.timeLimit(.minutes(10))) struct `The main job` {
  @Test func `is done on drawn pictures`() async throws {
    try await withSite(["hn_retrain_threshold": "60"]) { site in
      try await mine(site.pictures[..<15], then: site.pictures[15..<30], at: site)
    }
  }

  @Test(.enabled(if: RealPictures.folder != nil))
  func `is done on real pictures with the lesson's settings`() async throws {
    try await withSite(isReal: true) { site in
      try await mine(site.pictures[..<50], then: site.pictures[50..<100], at: site)
    }
  }

  /// The real pictures come from `image_distractions`, of which a tenth is held out.
  private static let fates = ["info mined", "info held out"]

  /// Copies pictures in, then moves more in, and expects a new detector that misfires a quarter as often.
  private func mine(
    _ copied: ArraySlice<String>, then moved: ArraySlice<String>, at site: Site
  ) async throws {
    let before = try hits(in: copied, at: site)
    let daemon = try DaemonProcess(conf: site.conf)
    #expect(await daemon.line("watching") != nil)
    for picture in copied { try site.copy(picture) }
    var lines = await daemon.lines(Self.fates, count: copied.count)
    for picture in moved { try site.move(picture) }
    lines += await daemon.lines(Self.fates, count: moved.count)
    if !daemon.log.contains(where: { $0.contains("is live") }) {
      #expect(await daemon.line("is live") != nil)
    }
    #expect(await daemon.stop() == 0)

    // Each picture once.
    let names = lines.compactMap {
      $0.firstMatch(of: /info (?:mined|held out) ([^:,]+)/).map { String($0.1) }
    }
    #expect(names.sorted() == (copied + moved).sorted())
    #expect(
      daemon.log.count { line in Self.fates.contains { line.contains($0) } } == names.count)
    #expect(try site.names(in: "mined") == (copied + moved).sorted())
    let status = try site.status()
    #expect(status.images.mined == lines.count { $0.contains(Self.fates[0]) })
    #expect(status.images.mined + status.images.heldOut == names.count)
    #expect(status.images.waiting == 0 && status.images.quarantined == 0)

    // Everything that the log mentions is stored.
    let found = lines.compactMap { $0.firstMatch(of: /([\d,]+) hard negative/) }
      .compactMap { Int($0.1.replacing(",", with: "")) }
    #expect(found.reduce(0, +) == status.hardNegatives.total)
    let rows = try Python.run(
      "import h5py, sys; print(len(h5py.File(sys.argv[1])['hard_negatives']))",
      [features(of: site)])
    #expect(Int(rows.dropLast()) == status.hardNegatives.sealed)
    #expect(
      status.hardNegatives.sealed + status.hardNegatives.unsealed == status.hardNegatives.total)

    let after = try hits(in: copied, at: site)
    #expect(try #require(status.generation) >= 2)
    #expect(4 * after < before, "\(before) windows before, \(after) after")
  }

  /// The number of windows in the pictures on which the live detector misfires.
  private func hits(in pictures: ArraySlice<String>, at site: Site) throws -> Int {
    let paths = pictures.map { site.drops.appending($0).string }
    return try site.misfire("mine", ["--dry-run", "--json"] + paths).objects()
      .reduce(0) { $0 + ($1["hits"] as! [Any]).count }
  }

  private func features(of site: Site) -> String {
    site.folder.appending(["output"])
      .appending(site.conf.stem == "cars" ? "car_features.hdf5" : "features.hdf5").string
  }
}
