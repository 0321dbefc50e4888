import Detection
import Digest
import Foundation
import HDF5
import SystemPackage
import TestSupport
import Testing

@testable import Corpus
@testable import Sharding

private let origin = ShardOrigin(
  model: "m", generation: 1, settings: ["hn_window_step": "4"], isChosen: false, shards: 2)
private let number = ShardNumber(0, of: 2)!

private func picture(_ index: Int) -> ShardPicture {
  ShardPicture(
    path: FilePath("/pictures/\(index)\n.jpg"), digest: SHA256Digest(of: [UInt8(index)]),
    byteCount: index, outcome: .mined, reason: "ä", windows: 7, nanoseconds: 9,
    hardNegatives: [
      HardNegative(
        box: Box(x0: -3, y0: 0, x1: 5, y1: 8), layer: 2, margin: -0.25, probability: 0.75,
        isSetAside: index % 2 == 0)
    ], features: [Float(index), 2, 3])
}

@Suite struct `A shard's draft` {
  /// Wherever a crash cuts the file off, the complete pictures before are kept, and the next one is appended after
  /// them.
  @Test func `keeps every whole picture, wherever it was cut off`() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending("a.part")
      var ends: [Int] = []
      func size() throws -> Int { try Data(contentsOf: URL(filePath: path.string)).count }
      do {
        var draft = try ShardDraft(path, number, origin, featureCount: 3)
        ends.append(try size())
        for index in 1...3 {
          try draft.append([picture(index)])
          ends.append(try size())
        }
      }
      let bytes = try Data(contentsOf: URL(filePath: path.string))
      for cut in ends[0]..<bytes.count {
        try bytes.prefix(cut).write(to: URL(filePath: path.string))
        var draft = try ShardDraft(path, number, origin, featureCount: 3)
        let whole = ends.count { $0 <= cut } - 1
        #expect(draft.contents.count == whole)
        // It can be shorter than what was cut off.
        let last = ShardPicture(path: "/9.jpg", digest: nil, outcome: .refused)
        try draft.append([last])
        var found: [ShardPicture] = []
        try draft.forEachPicture { found.append($0) }
        #expect(found == (0..<whole).map { picture($0 + 1) } + [last])
      }
      // A disk error that changes one byte costs that picture and those after it.
      var flipped = bytes
      flipped[ends[1] + 20] ^= 1
      try flipped.write(to: URL(filePath: path.string))
      #expect(try Self.pictureCount(ShardDraft(path, number, origin, featureCount: 3)) == 1)
    }
  }

  private static func pictureCount(_ draft: consuming ShardDraft) -> Int { draft.contents.count }

  @Test func `belongs to one model and its settings`() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending("a.part")
      do { _ = try ShardDraft(path, number, origin, featureCount: 3) }
      var other = origin
      other.settings["hn_window_step"] = "8"
      #expect {
        _ = try ShardDraft(path, number, other, featureCount: 3)
      } throws: { "\($0)".contains("hn_window_step 8, not 4") }
    }
  }

  @Test func `has no numbers that a ledger could not read back`() throws {
    var impossible = [ShardPicture](repeating: picture(1), count: 7)
    impossible[0].windows = .max
    impossible[1].byteCount = -1
    impossible[2].nanoseconds = 1 << 49
    impossible[3].hardNegatives[0].layer = -1
    impossible[4].hardNegatives[0].box.x1 = 1 << 31
    impossible[5].hardNegatives[0].margin = .infinity
    impossible[6].hardNegatives[0].probability = 1.5
    for other in impossible {
      try withTemporaryFolder { folder in
        let path = folder.appending("a.part")
        do {
          var draft = try ShardDraft(path, number, origin, featureCount: 3)
          try draft.append([picture(2), other])
        }
        let error = #expect(throws: ShardError.self) {
          _ = try ShardDraft(path, number, origin, featureCount: 3)
        }
        #expect(error?.cause == .damaged)
      }
    }
  }

  @Test func `may hold any number of pictures`() {
    var report = ShardReport(number, "/shard-0-of-2.hdf5")
    var large = picture(1)
    large.windows = 1 << 48
    for _ in 0..<(1 << 15) { report.add(large) }
    #expect(report.windows == .max && report.mined == 1 << 15)
  }
}

@Suite struct `A shard's numbers` {
  private static let hog = HOGDescriptor(
    window: PixelSize(width: 8, height: 8), orientations: 3, cellRows: 8, cellColumns: 8,
    blockRows: 1, blockColumns: 1, squareRoot: true, blockNorm: .l1)

  /// Another program wrote the shard: its checksum would be right.
  @Test func `are those that a ledger could read back`() throws {
    let changes: [(String, Int, Int)] = [
      ("pictures_numbers", 1, Int.max), ("pictures_numbers", 2, Int.max),
      ("pictures_numbers", 2, -1), ("pictures_numbers", 3, 1 << 49),
      ("hard_negatives_place", 1, -1 << 31), ("hard_negatives_place", 4, 1 << 31),
      ("hard_negatives_place", 5, -1), ("hard_negatives_place", 5, 1 << 49),
    ]
    for (name, column, value) in changes {
      try withTemporaryFolder { folder in
        let path = folder.appending("shard-0-of-2.hdf5")
        do {
          var draft = try ShardDraft(folder.appending("a.part"), number, origin, featureCount: 3)
          try draft.append([picture(1)])
          try ShardFile.write(path, number, origin, hog: Self.hog, from: draft, and: [])
        }
        func read() throws -> [ShardPicture] {
          var pictures: [ShardPicture] = []
          try ShardFile(reading: path, for: Self.hog).forEachBlock { pictures += $0 }
          return pictures
        }
        #expect(try read() == [picture(1)])
        do {
          let file = try HDF5File(changing: path)
          let dataset = try file.dataset(name)
          var numbers = try dataset.read(Int.self, rows: 0..<1)
          numbers[column] = value
          try dataset.write(numbers, rows: 0..<1)
          try file.close()
        }
        let error = #expect(throws: ShardError.self) { try read() }
        #expect(error?.cause == .damaged)
        #expect(error?.problem.hasPrefix("\(name) has impossible contents") == true)
      }
    }
  }
}

@Suite struct `The most confident` {
  @Test(arguments: [1, 2, 7, 100, 1000, .max] as [Int])
  func `are those that sorting all finds, in any order and each once`(limit: Int) {
    var random = SeededGenerator(seed: UInt64(limit))
    let all = (0..<400).map { index in
      (
        HardNegative(
          box: Box(x0: index, y0: 0, x1: index + 8, y1: 8), layer: 0, margin: 0,
          probability: Double(Int.random(in: 0...40, using: &random)) / 40),
        SHA256Digest(of: [UInt8(index % 5)])
      )
    }
    func chosen(_ order: [(HardNegative, SHA256Digest)]) -> [HardNegative] {
      var choice = MostConfident(limit: limit)
      for (found, picture) in order { choice.add(found, of: picture) }
      choice.finish()
      return all.filter { choice.contains($0.0, of: $0.1) }.map(\.0)
    }
    let once = chosen(all)
    #expect(once.count == min(limit, all.count))
    let least = all.map(\.0.probability).sorted(by: >).prefix(limit).last!
    #expect(once.map(\.probability).min() == least)
    #expect(chosen((all + all).shuffled(using: &random)) == once)
  }
}
