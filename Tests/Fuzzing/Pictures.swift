internal import Detection
internal import Raster

/// Reads a picture's header, which the daemon's own process reads before a decoder sees the picture.
func readHeader(_ bytes: [UInt8]) {
  do {
    let header = try PictureHeader(of: bytes)
    precondition(header.size.width > 0 && header.size.height > 0)
    _ = header.isComplete
  } catch {
    _ = error.description
  }
}

/// Reads a decoder's answer, which a picture may control. The first byte is how much room the decoder was given.
func readReply(_ bytes: [UInt8]) {
  guard let room = bytes.first,
    let (reply, words) = DecoderReply.parse(Array(bytes.dropFirst()), outputCapacity: Int(room) * 9)
  else { return }
  _ = words.count
  guard reply.outcome == .done else { return }
  for channelCount in [1, 3] {
    if let size = reply.size(channelCount: channelCount) {
      precondition(size.width * size.height * channelCount <= Int(room) * 9)
    }
  }
}
