import Foundation
import Synchronization

/// A Python process that stays open for frequent questions: starting one takes longer than most answers.
package final class PythonSession: Sendable {
  private struct Pipes: @unchecked Sendable {
    let questions: FileHandle
    let answers: FileHandle
  }

  private let process: ChildProcess
  private let pipes: Mutex<Pipes>

  /// - Parameter script: defines `answer(*words)`, which returns a value that JSON can represent.
  package init(_ script: String) throws {
    let (questions, answers) = (Pipe(), Pipe())
    process = try ChildProcess(
      Python.packageFolder.appending(path: ".venv/bin/python").path, ["-c", script + Self.loop],
      input: questions.fileHandleForReading, output: answers.fileHandleForWriting,
      errors: .standardError)
    try questions.fileHandleForReading.close()
    try answers.fileHandleForWriting.close()
    pipes = Mutex(
      Pipes(questions: questions.fileHandleForWriting, answers: answers.fileHandleForReading))
  }

  private static let loop = """

    import json, sys
    for line in sys.stdin:
        try:
            reply = {"answer": answer(*json.loads(line))}
        except Exception as error:
            reply = {"failure": f"{type(error).__name__}: {error}"}
        print(json.dumps(reply), flush=True)
    """

  private struct Reply<Answer: Decodable>: Decodable {
    let answer: Answer?
    let failure: String?
  }

  /// Asks a question and waits for the answer.
  /// - Throws: `Python.Failed` with the exception that the script raised.
  package func ask<Answer: Decodable>(_ words: String...) throws -> Answer {
    let question = try JSONEncoder().encode(words) + Data("\n".utf8)
    let line = try pipes.withLock { pipes in
      try pipes.questions.write(contentsOf: question)
      var line = Data()
      while line.last != UInt8(ascii: "\n") {
        let more = pipes.answers.availableData
        guard !more.isEmpty else { throw Python.Failed(description: "Python ended") }
        line += more
      }
      return line
    }
    let reply = try JSONDecoder().decode(Reply<Answer>.self, from: line)
    guard let answer = reply.answer else {
      throw Python.Failed(description: reply.failure ?? "no answer")
    }
    return answer
  }
}
