import CPeers
internal import Detecting
import Detection
import Foundation
import Raster
import SystemPackage

/// The rows about single pictures of any size.
func measureSizes(
  _ subject: Subject, rounds: Int, folder: FilePath, into table: inout Table
) throws {
  let scanner = subject.scanner
  let sizes = [(250, 250), (1000, 1000), (2000, 1500), (4000, 3000), (8000, 6250)]
  let pictures = sizes.map { subject.mosaic(width: $0, height: $1) }
  let large = pictures[3]
  var measures = Measures()
  for (index, picture) in pictures.enumerated() {
    // Repeat small pictures until they are as much work as those of a few megapixels.
    let repeats = max(1, 2_000_000 / picture.pixels.count)
    measures.add("size \(index)") { for _ in 0..<repeats { _ = scanner.scan(picture) } }
  }
  measures.add("2 threads") { _ = scanner.scan(large, threads: 2) }
  try measures.run(rounds: rounds)

  table.add(
    "scan of a 12-megapixel picture, 2 threads", fixed(measures["2 threads"], 1) + " ms",
    against: "1 thread: \(fixed(measures["size 3"], 1)) ms",
    ratio: fixed(measures["size 3"] / measures["2 threads"], 2) + "× faster", goal: "1.8×")

  let perMegapixel = pictures.enumerated().map { index, picture in
    let repeats = max(1, 2_000_000 / picture.pixels.count)
    return measures["size \(index)"] / Double(repeats) / (Double(picture.pixels.count) / 1e6)
  }
  table.add(
    "scan, ms a megapixel: \(pictures.map { fixed(Double($0.pixels.count) / 1e6, 2) }.joined(separator: ", ")) MP",
    perMegapixel.map { fixed($0, 1) }.joined(separator: ", "), against: "",
    ratio: fixed(perMegapixel.max()! / perMegapixel.min()!, 2) + "×", goal: "within 1.3×")
  let perWindow = pictures.enumerated().map { index, picture in
    perMegapixel[index] * Double(picture.pixels.count) / Double(scanner.scan(picture).windows)
  }
  table.add(
    "scan, ns a window, same pictures", perWindow.map { fixed($0, 0) }.joined(separator: ", "),
    against: "", ratio: fixed(perWindow.max()! / perWindow.min()!, 2) + "×", goal: "")

  let file = folder.appending("large.jpg").string
  try Data(try Raster.encode(large, as: .jpeg(quality: 90))).write(to: URL(filePath: file))
  let peak = try peakMegabytes(scanning: file, model: subject, folder: folder)
  table.add(
    "peak memory, a 12-megapixel JPEG mined on 2 threads", "\(fixed(peak, 0)) MB", against: "",
    ratio: "", goal: "250 MB")

  let allocations = pictures[1...2].map { picture in
    let layers = Pyramid(
      image: picture.size, scale: scanner.pyramidScale, window: scanner.model.hog.window
    ).layers.count
    let quiet = subject.quietScanner
    _ = quiet.scan(picture)
    let before = cpeers_allocations()
    _ = quiet.scan(picture)
    return Double(cpeers_allocations() - before) / Double(layers)
  }
  table.add(
    "allocations a layer without hits: 1 MP, 3 MP",
    allocations.map { fixed($0, 0) }.joined(separator: ", "), against: "", ratio: "",
    goal: "not by windows")
}
