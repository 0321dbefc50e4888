import Detection
import Foundation
import TestSupport
import Testing

@testable import Raster

/// Which users' pictures a decoder sees, and for how long.
@Suite(.timeLimit(.minutes(5))) struct `A decoder's life` {
  /// The process that decodes this user's pictures.
  private func process(_ decoders: DecoderProcesses, of user: UInt32) throws -> pid_t {
    let png = try `Decoder processes`.png.get()
    return try decoders.perform(for: PictureOwner(userID: user)) {
      decoder throws(DecoderProcess.Failure) in
      let (reply, _, _) = try decoder.perform(
        .gray, on: png, header: try! PictureHeader(of: png),
        outputCapacity: `Bad pictures`.image.pixels.count,
        limits: .init(memoryBytes: 1 << 30, time: .seconds(30)))
      #expect(reply.outcome == .done)
      return decoder.identifier
    }
  }

  /// Waits until the process has ended, even if something else reaps it first.
  private func awaitEnd(of process: pid_t) {
    var end = siginfo_t()
    waitid(P_PID, id_t(process), &end, WEXITED | WNOWAIT)
  }

  @Test func `is spent on the pictures of one user`() throws {
    let decoders = DecoderProcesses(executable: DecoderProcesses.executable)
    let first = try process(decoders, of: 1)
    let second = try process(decoders, of: 2)
    #expect(first != second)
    #expect(try process(decoders, of: 1) == first)
    #expect(try process(decoders, of: 2) == second)
    #expect(try process(decoders, of: 3) != first)
  }

  @Test func `ends a while after its first picture, though nobody asks`() throws {
    let decoders = DecoderProcesses(
      executable: DecoderProcesses.executable, lifetime: .milliseconds(200))
    let first = try process(decoders, of: 1)
    awaitEnd(of: first)
    #expect(try process(decoders, of: 1) != first)
  }

  @Test func `is not longer for being busy`() throws {
    let decoders = DecoderProcesses(executable: DecoderProcesses.executable, lifetime: .zero)
    let first = try process(decoders, of: 1)
    awaitEnd(of: first)
  }

  @Test func `has not begun for the one that is kept ready`() throws {
    let decoders = DecoderProcesses(executable: DecoderProcesses.executable)
    try decoders.prepare()
    let processes = try (1...4 as ClosedRange<UInt32>).map { try process(decoders, of: $0) }
    #expect(Set(processes).count == 4)
  }

  @Test func `is short where many users drop pictures, so that they are not many processes`() throws
  {
    let decoders = DecoderProcesses(executable: DecoderProcesses.executable)
    let processes = try (1...10 as ClosedRange<UInt32>).map { try process(decoders, of: $0) }
    for process in processes.prefix(5) { awaitEnd(of: process) }
    #expect(processes.suffix(4).allSatisfy { kill($0, 0) == 0 })
  }
}
