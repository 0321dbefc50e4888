import Foundation
import TestSupport
import Testing

/// The same input gives the same bytes, whatever the memory contained before.
@Suite struct `The same input` {
  /// glibc fills freed memory with such a byte, and allocated memory with its complement.
  private static let fillings = [0, 1, 90, 165, 255]

  @Test func `gives the same windows, whatever is in memory`() throws {
    try withSite(["hn_window_step": "3", "hn_pyramid_scale": "1.3", "threads": "5"]) { site in
      let pictures = try oddPieces(of: site)
      let outputs = try Self.fillings.map { filling in
        try misfire(
          filling, ["mine", "--conf", site.conf.string, "--dry-run", "--json"] + pictures
        )
        .replacing(/"seconds":[^,}]*/, with: "")
      }
      #expect(outputs[0].contains("margin"))
      for output in outputs.dropFirst() { #expect(output == outputs[0]) }
    }
  }

  @Test func `gives the same windows in any order`() throws {
    try withSite(["threads": "1"]) { site in
      let pictures = try oddPieces(of: site)
      let first = try lines(of: pictures, site)
      #expect(first.count == pictures.count)
      for turn in 1..<pictures.count {
        let order = Array(pictures[turn...] + pictures[..<turn]).reversed()
        #expect(try lines(of: Array(order), site) == first)
      }
    }
  }

  @Test func `gives the same model, whatever is in memory`() throws {
    let models = try Self.fillings.map { filling in
      try withTemporaryFolder { folder in
        let site = try Site(folder.appending("site"), settings: ["threads": "2"])
        let pictures = site.pictures.prefix(3).map { site.drops.appending($0).string }
        _ = try misfire(filling, ["mine", "--conf", site.conf.string] + pictures)
        _ = try misfire(filling, ["train", "--conf", site.conf.string, "--force"])
        return try Data(contentsOf: URL(filePath: site.model.string))
      }
    }
    for model in models.dropFirst() { #expect(model == models[0]) }
  }

  private func misfire(_ filling: Int, _ arguments: [String]) throws -> String {
    let result = try Command.run(
      "misfire", arguments, environment: ["MALLOC_PERTURB_": "\(filling)"])
    try #require(result.status == 0, "\(result.errors)")
    return result.output
  }

  /// The output for each picture, ordered by name.
  private func lines(of pictures: [String], _ site: Site) throws -> [Substring] {
    try misfire(0, ["mine", "--conf", site.conf.string, "--dry-run", "--json"] + pictures)
      .replacing(/"seconds":[^,}]*/, with: "").split(separator: "\n").sorted()
  }

  /// Crops of the pictures with various sizes that are not multiples of a cell or of eight cells.
  private func oddPieces(of site: Site) throws -> [String] {
    try Python.run(
      """
      import cv2, os, sys
      folder, names = sys.argv[1], sys.argv[2:]
      for index, name in enumerate(names):
          picture = cv2.imread(f"{folder}/drops/{name}")
          height, width = picture.shape[:2]
          path = f"{folder}/piece-{index}.png"
          cv2.imwrite(path, picture[index:height - 3 * index, 2 * index:width - 17 * index - 1])
          print(path)
      """, [site.folder.string] + site.pictures.prefix(5)
    ).split(separator: "\n").map(String.init)
  }
}
