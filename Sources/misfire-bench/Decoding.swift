import Codecs
import Detection
import Foundation
import Raster

/// The rows about the cost of decoding in a separate process.
func measureDecoding(_ subject: Subject, rounds: Int, into table: inout Table) throws {
  let mosaic = subject.mosaic(width: 4000, height: 3000)
  let large = try Raster.encode(mosaic, as: .jpeg(quality: 90))
  var measures = Measures()
  for (name, pictures) in [("small", subject.files), ("large", [large])] {
    for picture in pictures {
      let image = try Raster.decodeGray(picture)
      let pixels = try decodeInProcess(picture)
      precondition(pixels == image.pixels, "a decoder decodes other bytes")
    }
    measures.add("\(name), decoder", items: pictures.count) {
      _ = try Raster.decodeGray(pictures[$0])
    }
    measures.add("\(name), here", items: pictures.count) { _ = try decodeInProcess(pictures[$0]) }
  }
  try measures.run(rounds: rounds)
  for (name, kind, count) in [
    ("small", "decoding in a decoder: a scene", subject.files.count),
    ("large", "decoding in a decoder: 12 megapixels", 1),
  ] {
    let decoder = measures["\(name), decoder"] / Double(count)
    let here = measures["\(name), here"] / Double(count)
    table.add(
      kind, fixed(decoder, 3) + " ms", against: "in process: " + fixed(here, 3) + " ms",
      ratio: String(format: "%+.3f ms", decoder - here),
      goal: "at most +" + fixed(0.05 * here + 0.1, 3) + " ms")
  }
}

/// Does the work of a decoder in this process.
private func decodeInProcess(_ bytes: [UInt8]) throws -> [UInt8] {
  let header = try PictureHeader(of: bytes)
  return try unsafe bytes.withUnsafeBytes { bytes in
    let picture = try unsafe DecodedPicture(bytes, codec: .jpeg, gray: header.isGray)
    return try unsafe [UInt8](
      unsafeUninitializedCapacity: picture.size.width * picture.size.height
    ) { pixels, count in
      try unsafe picture.writeGray(to: UnsafeMutableRawBufferPointer(pixels))
      count = pixels.count
    }
  }
}
