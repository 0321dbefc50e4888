internal import Detection
internal import Raster

/// A picture's header, which is read in the daemon's own process before a decoder sees the picture.
func readHeader(_ bytes: [UInt8]) {
  do {
    let header = try PictureHeader(of: bytes)
    precondition(header.size.width > 0 && header.size.height > 0)
    _ = header.isComplete
  } catch {
    _ = error.description
  }
}

/// What a decoder answers, which a picture may have taken over: the first byte says how much it was given room for.
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
