package import Foundation

extension Pipe {
  /// The lines written to the pipe, until all its writers have ended.
  /// - Parameter hear: called with each line first, on a thread of its own.
  package func lines(hear: @escaping @Sendable (String) -> Void = { _ in }) -> AsyncStream<String> {
    let (stream, lines) = AsyncStream.makeStream(of: String.self)
    let reading = fileHandleForReading
    Thread {
      var pending = Data()
      while case let data = reading.availableData, !data.isEmpty {
        pending += data
        while let newline = pending.firstIndex(of: UInt8(ascii: "\n")) {
          let line = String(decoding: pending[..<newline], as: UTF8.self)
          pending = Data(pending[(newline + 1)...])
          hear(line)
          lines.yield(line)
        }
      }
      lines.finish()
    }.start()
    return stream
  }
}
