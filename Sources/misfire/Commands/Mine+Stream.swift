internal import ArgumentParser
internal import Corpus
internal import Files
internal import Foundation
internal import Mining
internal import Settings
internal import Sharding
internal import SystemPackage

extension Mine {
  /// Mines pictures whose paths arrive on standard input, each followed by a zero byte, and prints a line for each in their order.
  ///
  /// Paths that have already arrived are mined together; it never waits for more. A picture that cannot be used costs only its line.
  func mineStream() throws {
    do {
      let miner = try dryRun ? common.readOnlyMiner() : common.recoveredMiner()
      _ = try miner.requireDetector()
      var paths = ZeroSeparatedPaths()
      while let part = try paths.next(atMost: miner.setup.threads * 8) {
        for report in try miner.mine(part, areNegatives: asNegatives, isDryRun: dryRun) {
          try printJSON(Line(report, isTellingFaults: true))
        }
        try flushOutput()
        if !dryRun, try miner.isSealDue() { try miner.seal() }
      }
      if !dryRun { try miner.seal() }
      try flushOutput()
    } catch {
      note("Error: \(error)")
      throw ExitCode(TaskStatus.of(error))
    }
  }
}

/// Paths from a pipe, each followed by a zero byte, which the last may lack.
private struct ZeroSeparatedPaths {
  private var paths: [FilePath] = []
  private var rest: [UInt8] = []
  private var isAtEnd = false

  /// The paths that have arrived, at most `limit`; waits for at least one. Nil at the end.
  mutating func next(atMost limit: Int) throws -> [FilePath]? {
    while paths.isEmpty && !isAtEnd {
      let bytes = try readStandardInput()
      isAtEnd = bytes.isEmpty
      rest += bytes
      var ends = rest.split(separator: 0, omittingEmptySubsequences: false)
      rest = Array(ends.removeLast())
      if isAtEnd, !rest.isEmpty { ends.append(rest[...]) }
      paths += ends.filter { !$0.isEmpty }.compactMap { FilePath(bytes: $0) }
    }
    guard !paths.isEmpty else { return nil }
    defer { paths.removeFirst(min(limit, paths.count)) }
    return Array(paths.prefix(limit))
  }
}

/// What has arrived on standard input, after waiting for something; empty at its end.
/// - Throws: `WrongCall` for a folder, or if there is no standard input.
func readStandardInput() throws -> [UInt8] {
  do {
    return try unsafe [UInt8](unsafeUninitializedCapacity: 1 << 16) { buffer, count in
      count = try unsafe FileDescriptor.standardInput.read(
        into: UnsafeMutableRawBufferPointer(buffer))
    }
  } catch let code as Errno where [.isDirectory, .badFileDescriptor].contains(code) {
    throw WrongCall("standard input cannot be read: \(code)")
  }
}
