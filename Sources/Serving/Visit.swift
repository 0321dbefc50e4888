package import Foundation

/// The parts of a request that the pages use.
package struct Visit: Sendable {
  package enum Method: Sendable { case get, post, other }

  package var method: Method
  /// Without the query string.
  package var path: String
  package var query: [String: String] = [:]
  /// By lower-case name.
  package var headers: [String: String] = [:]
  /// The fields of a submitted form.
  package var form: [String: String] = [:]

  package init(_ method: Method, _ path: String) {
    self.method = method
    self.path = path
  }

  /// The longest form accepted, 64 KiB: the pages' fields are numbers and names.
  package static let longestForm = 1 << 16

  /// Parses the fields of a query or form as a browser encodes them. If a name repeats, its first value counts.
  package static func fields(_ text: String) -> [String: String] {
    let pairs = text.split(separator: "&").map { pair in
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      return parts.map { $0.replacing("+", with: " ").removingPercentEncoding ?? "" }
    }
    return Dictionary(pairs.map { ($0[0], $0.count > 1 ? $0[1] : "") }) { first, _ in first }
  }

  func cookie(_ name: String) -> String? {
    headers["cookie"]?.split(separator: ";").map {
      $0.trimmingCharacters(in: .whitespaces).split(separator: "=", maxSplits: 1)
    }.first { $0.count == 2 && $0[0] == name }.map { String($0[1]) }
  }
}

/// The response.
package struct Answer: Sendable {
  package var status = 200
  package var headers: [String: String] = [:]
  package var body = Data()

  init(status: Int = 200, type: String, _ text: String) {
    self.status = status
    headers["Content-Type"] = "\(type); charset=utf-8"
    body = Data(text.utf8)
  }

  init(jpeg: [UInt8]) {
    headers["Content-Type"] = "image/jpeg"
    body = Data(jpeg)
  }

  static func page(_ html: some CustomStringConvertible, status: Int = 200) -> Answer {
    Answer(status: status, type: "text/html", html.description)
  }

  /// Redirects to another page with a GET request.
  static func goTo(_ path: String) -> Answer {
    var answer = Answer(status: 303, type: "text/plain", "")
    answer.headers["Location"] = path
    return answer
  }
}
