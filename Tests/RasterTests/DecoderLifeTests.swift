import Detection
import Foundation
import TestSupport
import Testing

@testable import Raster

/// Whose pictures a decoder sees, and for how long.
@Suite(.timeLimit(.minutes(5))) struct `A decoder's life` {
  /// The process that decodes a picture of this user.
  private func process(_ workers: DecoderProcesses, of user: UInt32) throws -> pid_t {
    let png = try `Decode workers`.png.get()
    return try workers.perform(for: PictureOwner(userID: user)) {
      worker throws(DecoderProcess.Failure) in
      let (reply, _, _) = try worker.perform(
        .gray, on: png, header: try! PictureHeader(of: png),
        outputCapacity: `Bad pictures`.image.pixels.count,
        limits: .init(memoryBytes: 1 << 30, time: .seconds(30)))
      #expect(reply.outcome == .done)
      return worker.identifier
    }
  }

  /// Waits until the process has ended; who else waits for it may be first.
  private func awaitEnd(of process: pid_t) {
    var end = siginfo_t()
    waitid(P_PID, id_t(process), &end, WEXITED | WNOWAIT)
  }

  @Test func `is spent on the pictures of one user`() throws {
    let workers = DecoderProcesses(executable: DecoderProcesses.executable)
    let first = try process(workers, of: 1)
    let second = try process(workers, of: 2)
    #expect(first != second)
    #expect(try process(workers, of: 1) == first)
    #expect(try process(workers, of: 2) == second)
    #expect(try process(workers, of: 3) != first)
  }

  @Test func `ends a while after its first picture, though nobody asks`() throws {
    let workers = DecoderProcesses(
      executable: DecoderProcesses.executable, lifetime: .milliseconds(200))
    let first = try process(workers, of: 1)
    awaitEnd(of: first)
    #expect(try process(workers, of: 1) != first)
  }

  @Test func `is not longer for being busy`() throws {
    let workers = DecoderProcesses(executable: DecoderProcesses.executable, lifetime: .zero)
    let first = try process(workers, of: 1)
    awaitEnd(of: first)
  }

  @Test func `has not begun for the one that is kept ready`() throws {
    let workers = DecoderProcesses(executable: DecoderProcesses.executable)
    try workers.prepare()
    let processes = try (1...4 as ClosedRange<UInt32>).map { try process(workers, of: $0) }
    #expect(Set(processes).count == 4)
  }

  @Test func `is short where many users drop pictures, so that they are not many processes`() throws
  {
    let workers = DecoderProcesses(executable: DecoderProcesses.executable)
    let processes = try (1...10 as ClosedRange<UInt32>).map { try process(workers, of: $0) }
    for process in processes.prefix(5) { awaitEnd(of: process) }
    #expect(processes.suffix(4).allSatisfy { kill($0, 0) == 0 })
  }
}
