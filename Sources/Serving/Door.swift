internal import Synchronization

/// Decides who can connect: the first browser to follow the printed link, and no other from then on.
///
/// Every user of this machine, and every page open in a browser on it, can reach a loopback address. So every request
/// needs the cookie of the only session. A change also needs the session's form token and must come from a page of
/// this server. Requests under other host names that resolve to this machine are refused.
final class Door: Sendable {
  enum Verdict: Equatable {
    case welcome
    /// The visitor has just followed the link, and the session begins.
    case begins(session: String)
    case refused
  }

  /// The token in the printed link.
  let token = Door.secret()
  /// The token in each form.
  let formToken = Door.secret()
  private let session = Door.secret()
  private let isTaken = Mutex(false)

  static let cookie = "misfire"

  func judge(_ visit: Visit) -> Verdict {
    guard Self.isOwnName(visit.headers["host"] ?? "") else { return .refused }
    if let site = visit.headers["sec-fetch-site"], visit.method != .get || site == "cross-site",
      !["same-origin", "none"].contains(site)
    {
      return .refused
    }
    guard let known = visit.cookie(Self.cookie), Self.isEqual(known, session) else {
      guard visit.method == .get, visit.path == "/", let token = visit.query["token"],
        Self.isEqual(token, self.token)
      else { return .refused }
      return isTaken.withLock { taken in
        defer { taken = true }
        return taken ? .refused : .begins(session: session)
      }
    }
    switch visit.method {
    case .get: return .welcome
    case .post:
      let origin = visit.headers["origin"]
      let isOwn = origin.map { $0 == "http://\(visit.headers["host"] ?? "")" } ?? true
      return isOwn && Self.isEqual(visit.form["token"] ?? "", formToken) ? .welcome : .refused
    case .other: return .refused
    }
  }

  /// Whether the request names a host that can only be this machine.
  private static func isOwnName(_ host: String) -> Bool {
    host.wholeMatch(of: /(127\.0\.0\.1|localhost|\[::1\])(:[0-9]+)?/) != nil
  }

  /// Compares in constant time, wherever the texts differ.
  private static func isEqual(_ one: String, _ other: String) -> Bool {
    let (one, other) = (Array(one.utf8), Array(other.utf8))
    guard one.count == other.count else { return false }
    return zip(one, other).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
  }

  private static func secret() -> String {
    var random = SystemRandomNumberGenerator()
    return (0..<4).map { _ in
      let digits = String(random.next() as UInt64, radix: 16)
      return String(repeating: "0", count: 16 - digits.count) + digits
    }.joined()
  }
}
