internal import Detection

/// Pictures corrupted in the ways that disks, networks and attackers corrupt them.
///
/// The same seed gives the same pictures.
package struct MutatedPictures: Sequence, IteratorProtocol {
  private let originals: [[UInt8]]
  private var random: SeededGenerator

  /// - Parameter originals: complete pictures of at least 64 bytes each.
  package init(of originals: [[UInt8]], seed: UInt64) {
    precondition(!originals.isEmpty && originals.allSatisfy { $0.count >= 64 })
    self.originals = originals
    random = SeededGenerator(seed: seed)
  }

  /// The next picture; never nil.
  package mutating func next() -> [UInt8]? {
    var bytes = original()
    for _ in 0..<Int.random(in: 1...3, using: &random) where bytes.count >= 64 { mutate(&bytes) }
    return bytes
  }

  private mutating func original() -> [UInt8] { originals.randomElement(using: &random)! }

  private mutating func mutate(_ bytes: inout [UInt8]) {
    switch Int.random(in: 0..<9, using: &random) {
    case 0:
      for _ in 0..<Int.random(in: 1...64, using: &random) {
        bytes[place(in: bytes)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      }
    case 1:
      // Headers are at the start.
      bytes[Int.random(in: 0..<64, using: &random)] = UInt8.random(in: 0...255, using: &random)
    case 2: bytes.removeLast(bytes.count - place(in: bytes))
    case 3:
      let other = original()
      bytes = Array(bytes[..<place(in: bytes)]) + other[place(in: other)...]
    case 4: bytes.removeSubrange(piece(of: bytes))
    case 5: bytes.insert(contentsOf: bytes[piece(of: bytes)], at: place(in: bytes))
    case 6:
      for index in piece(of: bytes) { bytes[index] = 0 }
    case 7: editStructure(of: &bytes)
    default: enlarge(&bytes)
    }
  }

  private mutating func place(in bytes: [UInt8]) -> Int {
    Int.random(in: 0..<bytes.count, using: &random)
  }

  private mutating func piece(of bytes: [UInt8]) -> Range<Int> {
    let start = place(in: bytes)
    return start..<Swift.min(bytes.count, start + Int.random(in: 1...512, using: &random))
  }

  /// Changes the type or length of a JPEG segment or a PNG chunk.
  private mutating func editStructure(of bytes: inout [UInt8]) {
    let isPNG = bytes.starts(with: [0x89, 0x50])
    let starts = isPNG ? chunks(of: bytes) : bytes.indices.dropLast(4).filter { bytes[$0] == 0xFF }
    guard let start = starts.randomElement(using: &random) else { return }
    let offset = start + Int.random(in: isPNG ? 0..<8 : 1..<4, using: &random)
    bytes[offset] = UInt8.random(in: 0...255, using: &random)
    if isPNG { mendChecksum(ofChunkAt: start, in: &bytes) }
  }

  /// Writes a large or unusual width and height into the header.
  private mutating func enlarge(_ bytes: inout [UInt8]) {
    let sizes: [UInt32] = [
      0, 1, 2_000, 65_535, 65_536, 1 << 20, .init(Int32.max), 1 << 31, .max,
      .random(in: 1...4096, using: &random),
    ]
    let size = sizes.randomElement(using: &random)!
    let big = (0..<4).map { UInt8(truncatingIfNeeded: size >> (24 - 8 * $0)) }
    switch bytes[0] {
    case 0x89:
      bytes.replaceSubrange([16..<20, 20..<24].randomElement(using: &random)!, with: big)
      mendChecksum(ofChunkAt: 8, in: &bytes)
    case 0xFF:
      // SOF0 or SOF2: marker, length, precision, height, width.
      if let frame = bytes.indices.dropLast(9).first(where: {
        bytes[$0] == 0xFF && [0xC0, 0xC2].contains(bytes[$0 + 1])
      }) {
        bytes.replaceSubrange((frame + 5)..<(frame + 7), with: big[2...])
      }
    case UInt8(ascii: "B"):
      bytes.replaceSubrange(
        [18..<22, 22..<26].randomElement(using: &random)!, with: big.reversed())
    case UInt8(ascii: "P"): bytes.replaceSubrange(3..<3, with: "\(size) ".utf8)
    default: bytes.replaceSubrange(24..<28, with: big.reversed())
    }
  }

  // MARK: PNG

  /// The offset of each chunk.
  private func chunks(of bytes: [UInt8]) -> [Int] {
    var starts: [Int] = []
    var start = 8
    while start + 12 <= bytes.count {
      starts.append(start)
      start += 12 + length(ofChunkAt: start, in: bytes)
    }
    return starts
  }

  private func length(ofChunkAt start: Int, in bytes: [UInt8]) -> Int {
    bytes[start..<start + 4].reduce(0) { $0 << 8 | Int($1) }
  }

  /// Corrects the checksum, because a codec stops at a wrong one.
  private func mendChecksum(ofChunkAt start: Int, in bytes: inout [UInt8]) {
    let end = start + 8 + length(ofChunkAt: start, in: bytes)
    guard end + 4 <= bytes.count else { return }
    var checksum = UInt32.max
    for byte in bytes[start + 4..<end] {
      checksum ^= UInt32(byte)
      for _ in 0..<8 { checksum = checksum >> 1 ^ (checksum & 1 == 1 ? 0xEDB8_8320 : 0) }
    }
    checksum = ~checksum
    bytes.replaceSubrange(
      end..<end + 4, with: (0..<4).map { UInt8(truncatingIfNeeded: checksum >> (24 - 8 * $0)) })
  }
}
