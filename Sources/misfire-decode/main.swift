// Decodes pictures for misfire and misfired, which start it: bytes in, pixels out through shared memory. It alone links
// the image codecs, and a picture that takes it over finds nothing here worth having.

internal import CLinux
internal import Raster
internal import Sandbox

#if canImport(Glibc)
  internal import Glibc
#endif

guard fcntl(DecoderDescriptors.control, F_GETFD) >= 0,
  fcntl(DecoderDescriptors.memory, F_GETFD) >= 0,
  let idleMilliseconds = CommandLine.arguments.dropFirst().first.flatMap({ Int32($0) })
else {
  print("misfire-decode is started by misfire and misfired, not by hand")
  exit(64)
}
// What another program left open is none of a picture's business.
clinux_close_from(UInt32(DecoderDescriptors.memory) + 1)
// Whoever stops the service stops this by closing its socket, once the picture at hand is done.
signal(SIGTERM, SIG_IGN)
signal(SIGINT, SIG_IGN)

guard let words = PrintedWords() else { exit(1) }
try WarmUp.run()
if !Sanitizer.isActive { try Sandbox.enter() }
var service = DecodingService(words: words, idleMilliseconds: idleMilliseconds)
service.run()
