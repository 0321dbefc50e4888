// Decodes pictures for misfire and misfired, which start it: bytes come in and pixels go out through shared memory. Only
// this program links the image codecs, and a picture that takes it over gains access to nothing else.

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
// The service stops this process by closing its socket, after the current picture.
signal(SIGTERM, SIG_IGN)
signal(SIGINT, SIG_IGN)

guard let words = PrintedWords() else { exit(1) }
try WarmUp.run()
if !Sanitizer.isActive { try Sandbox.enter() }
var service = DecodingService(words: words, idleMilliseconds: idleMilliseconds)
service.run()
