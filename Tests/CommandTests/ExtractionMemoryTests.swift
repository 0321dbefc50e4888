import Foundation
import TestSupport
import Testing

/// All rows used to be held in memory before the first was written: 6.3 GB for 95,000 objects.
@Suite struct `Extracting many objects` {
  @Test func `takes as much memory as extracting few`() throws {
    func peak(objectsInEach count: Int) throws -> Int {
      var peak = 0
      try withSite(["use_flip": "false"]) { site in
        let folder = URL(filePath: site.folder.appending(["cars", "annotations"]).string)
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
          let file = folder.appending(path: name)
          let text = try String(contentsOf: file, encoding: .utf8)
          let objects = try #require(text.firstMatch(of: /(?s)<object>.*<\/object>/))
          try text.replacingCharacters(
            in: objects.range, with: String(repeating: String(objects.output), count: count)
          ).write(to: file, atomically: true, encoding: .utf8)
        }
        let result = try Command.measure("misfire", ["extract", "--conf", site.conf.string])
        let rows = try Python.run(
          "import h5py, sys; print(len(h5py.File(sys.argv[1])['features']))",
          [site.folder.appending(["output", "features.hdf5"]).string])
        #expect(Int(rows.dropLast())! > 15 * count, "\(result.errors)")
        peak = result.peakBytes
      }
      return peak
    }
    // 16 pictures with 23 kB per row: 2 MB and 74 MB of rows.
    let (few, many) = try (peak(objectsInEach: 5), peak(objectsInEach: 200))
    #expect(many < few + 24 << 20, "\(many >> 20) MiB, and \(few >> 20) MiB with few")
  }
}
