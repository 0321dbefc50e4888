import Foundation
import HDF5
import SystemPackage
import TestSupport
import Testing

@Suite struct `A full disk` {
  @Test(.enabled(if: SmallDisk.isPossible))
  func `refuses an HDF5 file in its own words and keeps nothing open`() throws {
    try withSmallDisk(bytes: 1 << 20) { folder in
      let path = folder.appending("features.hdf5")
      let error = #expect(throws: HDF5Error.self) {
        let file = try HDF5File(creating: path)
        let features = try file.createDataset(
          "features", of: Float.self, shape: [1 << 10, 1 << 10])
        for row in 0..<(1 << 10) {
          try features.write([Float](repeating: 1, count: 1 << 10), rows: row..<(row + 1))
        }
        try file.close()
      }
      #expect(error?.path == path)
      #expect(error?.description.contains("No space left on device") == true)
      let open = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").filter {
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)"))?
          .hasPrefix(folder.string) == true
      }
      #expect(open == [])

      try FileManager.default.removeItem(atPath: path.string)
      let file = try HDF5File(creating: path)
      let features = try file.createDataset("features", of: Float.self, shape: [2])
      try features.write([1, 2] as [Float], rows: 0..<2)
      try file.close()
      #expect(
        try HDF5File(reading: path).dataset("features").read(Float.self, rows: 0..<2) == [1, 2])
    }
  }
}
