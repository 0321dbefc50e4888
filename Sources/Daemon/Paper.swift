internal import Logging

/// A file that tells of the work. Where it cannot be written, that is said once, and the work goes on.
struct Paper {
  let name: String
  private var trouble: String?

  init(_ name: String) {
    self.name = name
  }

  /// Takes note of how the last attempt to write it went.
  mutating func take(_ result: Result<Void, any Error>, log: Logger) {
    switch result {
    case .success: trouble = nil
    case .failure(let error):
      let reason = "cannot write the \(name): \(error)"
      if trouble != reason { log.log(.failing, "\(reason); mining goes on") }
      trouble = reason
    }
  }
}
