import Testing

@testable import Serving

@Suite struct `The door` {
  private let door = Door()

  private func visit(_ method: Visit.Method, _ path: String = "/", session: String? = nil) -> Visit
  {
    var visit = Visit(method, path)
    visit.headers["host"] = "127.0.0.1:8080"
    visit.headers["cookie"] = session.map { "other=1; misfire=\($0)" }
    return visit
  }

  /// Follows the link.
  private func session() throws -> String {
    var visit = visit(.get)
    visit.query["token"] = door.token
    guard case .begins(let session) = door.judge(visit) else { throw Refused() }
    return session
  }

  private struct Refused: Error {}

  @Test func `opens once for the link that was printed`() throws {
    let session = try session()
    #expect(session != door.token && session != door.formToken)
    #expect(throws: Refused.self) { try self.session() }
    #expect(door.judge(visit(.get, "/review", session: session)) == .welcome)
  }

  @Test func `stays shut without the link or the session`() throws {
    #expect(door.judge(visit(.get)) == .refused)
    var wrong = visit(.get)
    wrong.query["token"] = String(door.token.dropLast()) + "x"
    #expect(door.judge(wrong) == .refused)
    var elsewhere = visit(.get, "/review")
    elsewhere.query["token"] = door.token
    #expect(door.judge(elsewhere) == .refused)
    #expect(door.judge(visit(.get, session: door.token)) == .refused)
    #expect(door.judge(visit(.get, session: "")) == .refused)
    _ = try session()
  }

  @Test func `takes forms of its own pages alone`() throws {
    var form = visit(.post, "/review", session: try session())
    #expect(door.judge(form) == .refused)
    form.form["token"] = door.formToken
    #expect(door.judge(form) == .welcome)
    form.headers["origin"] = "http://127.0.0.1:8080"
    #expect(door.judge(form) == .welcome)
    for origin in [
      "http://evil.example", "null", "http://127.0.0.1:8081", "https://127.0.0.1:8080",
    ] {
      form.headers["origin"] = origin
      #expect(door.judge(form) == .refused, "\(origin)")
    }
    form.headers["origin"] = nil
    for site in ["cross-site", "same-site"] {
      form.headers["sec-fetch-site"] = site
      #expect(door.judge(form) == .refused, "\(site)")
    }
    form.headers["sec-fetch-site"] = "same-origin"
    #expect(door.judge(form) == .welcome)
    form.method = .other
    #expect(door.judge(form) == .refused)
  }

  @Test(arguments: [
    ("127.0.0.1:1", true), ("localhost:8080", true), ("localhost", true), ("[::1]:9", true),
    ("evil.example", false), ("127.0.0.1.evil.example:8080", false),
    ("localhost.evil.example", false),
    ("", false), ("[::1].evil.example", false),
  ])
  func `knows this machine's names, and no others`(_ host: String, _ isOwn: Bool) throws {
    var visit = visit(.get, session: try session())
    visit.headers["host"] = host
    #expect((door.judge(visit) == .welcome) == isOwn)
  }

  @Test func `reads forms as browsers send them`() {
    #expect(
      Visit.fields("a=1&b=x+y%26%3C&c&=d&a=2&e=%zz")
        == ["a": "1", "b": "x y&<", "c": "", "": "d", "e": ""])
  }
}
