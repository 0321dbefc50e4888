import Detection
import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import Raster

@Suite struct `Decoder processes` {
  static let png = Result { try Raster.encode(`Bad pictures`.image, as: .png) }

  /// Runs a decoder on a good picture.
  func decode(
    _ decoder: DecoderProcess, memoryBytes: Int = 1 << 30, time: Duration = .seconds(30)
  ) throws -> [UInt8] {
    let pixelCount = `Bad pictures`.image.pixels.count
    let (reply, _, output) = try decoder.perform(
      .gray, on: Self.png.get(), header: PictureHeader(of: Self.png.get()),
      outputCapacity: pixelCount,
      limits: .init(memoryBytes: memoryBytes, time: time))
    #expect(reply.outcome == .done)
    return output
  }

  @Test func `decode one picture after the other`() throws {
    let decoder = try DecoderProcess(executable: DecoderProcesses.executable)
    for _ in 0..<3 { #expect(try decode(decoder) == `Bad pictures`.image.pixels) }
  }

  @Test
  func `share more memory when larger pictures come, and say in the codec's words what is wrong`()
    throws
  {
    let large = GrayImage(
      width: 1500, height: 1000, pixels: (0..<1_500_000).map { UInt8(truncatingIfNeeded: $0 / 77) })
    #expect(try Raster.decodeGray(Raster.encode(large, as: .png)) == large)
    var damaged = try Self.png.get()
    damaged[60] ^= 0x55
    #expect(throws: RasterError.undecodable(.png, "libpng error: IDAT: incorrect data check")) {
      try Raster.decodeGray(damaged)
    }
    #expect(try Raster.decodeGray(Self.png.get()) == `Bad pictures`.image)
  }

  @Test func `say of a picture what was printed about it, and nothing of the one before`() throws {
    let decoder = try DecoderProcess(executable: DecoderProcesses.executable)
    // An optional chunk with a wrong checksum: libpng warns and continues.
    let chunk = [0, 0, 0, 4] + Array("gAMA".utf8) + [0, 0, 1, 1, 0, 0, 0, 0]
    let doubted = try Array(Self.png.get()[..<33]) + chunk + Self.png.get()[33...]
    for (bytes, outcome, words) in [
      (doubted, DecoderReply.Outcome.done, "libpng warning: gAMA: CRC error"),
      (Array("P6 1 1 255\n123".utf8), .done, ""),
    ] {
      let (reply, said, _) = try decoder.perform(
        .gray, on: bytes, header: PictureHeader(of: bytes), outputCapacity: 1 << 16,
        limits: .init(memoryBytes: 1 << 30, time: .seconds(30)))
      #expect(reply.outcome == outcome)
      #expect(said == words)
    }
  }

  @Test func `are ended when they are overdue`() throws {
    let decoder = try DecoderProcess(executable: DecoderProcesses.executable)
    _ = try decode(decoder)
    pause(child: decoder.identifier)
    #expect(throws: DecoderProcess.Failure.overdue(limit: .milliseconds(20))) {
      try decode(decoder, time: .milliseconds(20))
    }
    #expect(kill(decoder.identifier, 0) == -1 && errno == ESRCH, "it is still there")
  }

  @Test(.enabled(if: !Sanitizer.isActive, "a sanitizer takes terabytes"))
  func `get no more memory than a picture explains`() throws {
    let side = 6000
    let huge =
      Array("P6 \(side) \(side) 255\n".utf8) + [UInt8](repeating: 7, count: 3 * side * side)
    let decoder = try DecoderProcess(executable: DecoderProcesses.executable)
    let (reply, _, _) = try decoder.perform(
      .gray, on: huge, header: PictureHeader(of: huge), outputCapacity: side * side,
      limits: .init(memoryBytes: 50 << 20, time: .seconds(30)))
    #expect(reply.outcome == .outOfMemory)
    #expect(try decode(decoder) == `Bad pictures`.image.pixels, "it no longer works")
  }

  @Test func `get as much memory for a small picture after a large one`() throws {
    let decoder = try DecoderProcess(executable: DecoderProcesses.executable)
    let limits = DecoderProcess.Limits(memoryBytes: 100 << 20, time: .seconds(30))
    let (reply, _, _) = try decoder.perform(
      .gray, on: Self.png.get(), header: PictureHeader(of: Self.png.get()),
      outputCapacity: 200 << 20, limits: limits)
    #expect(reply.outcome == .done)
    #expect(try decode(decoder, memoryBytes: 100 << 20) == `Bad pictures`.image.pixels)
  }

  @Test func `end by themselves when they have had nothing to do for a while`() throws {
    let decoder = try DecoderProcess(
      executable: DecoderProcesses.executable, idleTime: .milliseconds(50))
    _ = try decode(decoder)
    var end = siginfo_t()
    waitid(P_PID, id_t(decoder.identifier), &end, WEXITED | WNOWAIT)
    #expect(end.si_code == CLD_EXITED)
    #expect(throws: DecoderProcess.Failure.gone) { try decode(decoder) }
  }

  @Test func `that are gone are replaced`() throws {
    let decoder = try DecoderProcess(executable: DecoderProcesses.executable)
    _ = try decode(decoder)
    kill(decoder.identifier, SIGKILL)
    var end = siginfo_t()
    waitid(P_PID, id_t(decoder.identifier), &end, WEXITED | WNOWAIT)
    #expect(throws: DecoderProcess.Failure.gone) { try decode(decoder) }
  }

  /// Runs `body` with a program in a decoder's place.
  func withDecoder(_ script: String, _ body: (String) throws -> Void) throws {
    try withTemporaryFolder { folder in
      let program = folder.appending("decoder").string
      let text = folder.appending("text").string
      try Data("#!/bin/sh\n\(script)\n".utf8).write(to: URL(filePath: text))
      try Command.install(text, as: program)
      try body(program)
    }
  }

  /// Programs in a decoder's place: one that crashes on a picture, and some that a picture has taken over.
  @Test(arguments: [
    ("kill -SEGV $$", SIGSEGV), ("exit 3", 0), ("printf nonsense >&3; exec sleep 100", SIGKILL),
    // A reply that claims a result of 2^32 bytes.
    (#"printf '\1\0\0\0\1\0\0\0\1\0\0\0\0\0\0\0\0\0\0\0\1\0\0\0' >&3; exec sleep 100"#, SIGKILL),
  ])
  func `may crash or lie without harm`(deed: String, signal: Int32) throws {
    // All zeros mean that it is ready.
    let greeting = "head -c 24 /dev/zero >&3\ndd bs=64 count=1 <&3 >/dev/null 2>&1\n"
    try withDecoder(greeting + deed) { program in
      let decoder = try DecoderProcess(executable: program)
      #expect(throws: DecoderProcess.Failure.died(signal: signal)) { try decode(decoder) }
    }
  }

  @Test func `that a picture took over are not believed`() throws {
    func message(width: Int, height: Int, outputCount: Int) -> [UInt8] {
      let reply = DecoderReply(.done, width: width, height: height, outputCount: outputCount)
      return unsafe withUnsafeBytes(of: reply) { unsafe Array($0) }
    }
    #expect(DecoderReply.parse([], outputCapacity: 9) == nil)
    #expect(
      DecoderReply.parse(message(width: 3, height: 3, outputCount: 9), outputCapacity: 8) == nil)
    // This size used to end the process: multiplied by three channels, it overflows an Int.
    let side = Int(Int32.max)
    let (lie, _) = try #require(
      DecoderReply.parse(message(width: side, height: side, outputCount: 9), outputCapacity: 9))
    #expect(lie.size(channelCount: 3) == nil)
    let (truth, _) = try #require(
      DecoderReply.parse(message(width: 3, height: 1, outputCount: 9), outputCapacity: 9))
    #expect(truth.size(channelCount: 3) == PixelSize(width: 3, height: 1))
    #expect(truth.size(channelCount: 1) == nil)
  }

  /// The dynamic linker without a library, a decoder without memory, and a program that is not a decoder.
  @Test(arguments: [
    ("exit 127", "exits at startup (status 127): run it to see why"),
    ("kill -KILL $$", "exits at startup (signal 9): run it to see why"),
    (
      "head -c 48 /dev/urandom >&3; exec sleep 100",
      "is another version: reinstall all of Misfire"
    ),
  ])
  func `that die or lie before they are ready are no picture's fault`(
    deed: String, complaint: String
  ) throws {
    try withDecoder(deed) { program in
      let decoder = try DecoderProcess(executable: program)
      let failure = #expect(throws: DecoderProcess.Failure.self) { try decode(decoder) }
      #expect(failure?.reason == "\(program) \(complaint)")
      #expect(RasterError(failure!, format: .png).isMachineFailing)
    }
  }

  @Test func `get a second try at a picture that one of them died over`() throws {
    var tries = 0
    let pixels = try DecoderProcesses.shared.perform(for: nil) {
      decoder throws(DecoderProcess.Failure) in
      tries += 1
      if tries == 1 { throw .died(signal: SIGKILL) }
      return tries
    }
    #expect(pixels == 2)
    #expect(throws: DecoderProcess.Failure.died(signal: SIGKILL)) {
      try DecoderProcesses.shared.perform(for: nil) { _ throws(DecoderProcess.Failure) in
        throw .died(signal: SIGKILL)
      }
    }
  }

  @Test func `that cannot be started are the machine's fault and no picture's`() {
    let failure = #expect(throws: DecoderProcess.Failure.self) {
      try DecoderProcess(executable: "/nowhere/misfire-decode")
    }
    #expect(
      failure?.reason == "/nowhere/misfire-decode cannot be started: No such file or directory")
    #expect(RasterError(failure!, format: .png).isMachineFailing)
    #expect(!RasterError(.died(signal: SIGSEGV), format: .png).isMachineFailing)
  }

  @Test func `decode from many threads at once`() throws {
    let png = try Self.png.get()
    let results = concurrentMap(count: 64, threads: 4) { _ in try? Raster.decodeGray(png) }
    #expect(results.allSatisfy { $0 == `Bad pictures`.image })
  }
}
