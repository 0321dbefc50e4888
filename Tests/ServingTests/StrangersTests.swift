import Durable
import Foundation
import SystemPackage
import TestSupport
import Testing

/// What `misfire serve` returns to those who did not follow its link.
@Suite(.timeLimit(.minutes(10))) struct `Strangers` {
  /// Python that sends HTTP requests: `ask(method, path, headers, body)` returns the status and the body.
  private static let asking = """
    import http.client, json, re, socket, sys
    link = sys.argv[1]
    host = link.split("/")[2]
    class Local(http.client.HTTPConnection):
        def connect(self):
            if len(sys.argv) > 2:
                self.sock = socket.socket(socket.AF_UNIX)
                self.sock.connect(sys.argv[2])
            else:
                super().connect()
    def ask(method, path, headers={}, body=None):
        connection = Local(host)
        connection.putrequest(method, path, skip_host="Host" in headers)
        for name, value in headers.items(): connection.putheader(name, value)
        if body is not None: connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body.encode() if body is not None else None)
        reply = connection.getresponse()
        return reply.status, reply.read().decode(errors="replace"), dict(reply.getheaders())
    def enter():
        status, _, headers = ask("GET", link[link.index("/", 8):])
        assert status == 303, status
        return {"Cookie": headers["Set-Cookie"].split(";")[0]}

    """

  private struct Reply: Decodable {
    let asked: String
    let status: Int
    let body: String
  }

  @Test func `get nothing without the link, from another page, or from outside of the folders`()
    throws
  {
    try withSite { site in
      let served = try ServedSite(site)
      let printed = try Python.run(
        Self.asking + """
          replies = []
          def note(asked, reply): replies.append({"asked": asked, "status": reply[0], "body": reply[1]})
          for path in ["/", "/review", "/style.css", "/progress", "/?token=" + "0" * 64, "/nothing"]:
              note("shut " + path, ask("GET", path))
          note("shut post", ask("POST", "/review", {}, "decision=skip&window=1"))
          inside = enter()
          note("shut again", ask("GET", link[link.index("/", 8):]))
          page = ask("GET", "/generations", inside)
          form = re.search('name="token" value="([0-9a-f]+)"', page[1])[1]
          act = "act=pin&generation=1&token="
          note("open", page)
          note("shut no token", ask("POST", "/generations", inside, act))
          note("shut other origin", ask("POST", "/generations", inside | {"Origin": "http://evil.example"}, act + form))
          note("shut name", ask("GET", "/", inside | {"Host": "evil.example"}))
          note("shut put", ask("PUT", "/generations", inside, act + form))
          outside = "/etc/passwd".encode().hex(), "../../../etc/passwd".encode().hex(), "../cars.json".encode().hex()
          for name in outside + ("zz", ""):
              note("none", ask("GET", "/boxes?picture=" + name, inside))
              note("gone", ask("POST", "/boxes", inside, f"token={form}&picture={name}&x0=1&y0=1&x1=9&y1=9&class=a"))
              note("gone", ask("POST", "/quarantine/retry", inside, f"token={form}&name={name}"))
          for path in ["/../../../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "//etc/passwd", "/review/../../etc"]:
              note("gone", ask("GET", path, inside))
          note("large", ask("POST", "/review", inside, "token=" + form + "&a=" + "a" * 200000))
          print(json.dumps(replies))
          """, [served.link])
      let replies = try JSONDecoder().decode([Reply].self, from: Data(printed.utf8))
      #expect(replies.count == 33)
      for reply in replies {
        #expect(!reply.body.contains("root:"), "\(reply.asked)")
        switch reply.asked.prefix(4) {
        case "shut":
          #expect(reply.status == 403 && reply.body.hasPrefix("Open the link"), "\(reply)")
        case "open": #expect(reply.status == 200)
        case "none": #expect(reply.body.contains("No such picture"), "\(reply)")
        case "gone": #expect(reply.status == 404, "\(reply)")
        default: #expect(reply.status == 413, "\(reply.status)")
        }
      }
      // Nothing was changed.
      let models = try Command.run(
        "misfire", ["models", "list", "--json", "--conf", site.conf.string]
      ).objects()
      #expect(models.allSatisfy { $0["pinned"] as? Bool == false })
      #expect(served.stop() == 0)
    }
  }

  @Test func `may come by a Unix socket, which goes with the server`() throws {
    try withSite { site in
      let socket = site.folder.appending("pages.sock").string
      let served = try ServedSite(site, ["--socket", socket])
      let printed = try Python.run(
        Self.asking + """
          shut = ask("GET", "/")[0]
          page = ask("GET", "/", enter())
          print(json.dumps([shut, page[0], page[2]["Content-Security-Policy"]]), "<h1>Misfire</h1>" in page[1])
          """, [served.link, socket])
      #expect(
        printed.hasPrefix("[403, 200, \"default-src 'none'; ") && printed.hasSuffix(" True\n"))
      #expect(served.stop() == 0)
      #expect(!FileManager.default.fileExists(atPath: socket))

      try site.write([], to: "pages.sock")
      let taken = try site.misfire("serve", ["--socket", socket])
      #expect(
        taken.status == 1 && taken.errors.contains("choose another socket"), "\(taken.errors)")
      #expect(FileManager.default.fileExists(atPath: socket))
    }
  }

  /// What a click waits for may never come.
  @Test func `do not keep the server from ending when it is told to`() throws {
    try withSite { site in
      let served = try ServedSite(site)
      let lock = try FileLock(site.model.removingLastComponent().appending("model.hdf5.lock"))
      let printed = try Python.run(
        Self.asking + """
          inside = enter()
          form = re.search('name="token" value="([0-9a-f]+)"', ask("GET", "/generations", inside)[1])[1]
          clicked = Local(host)
          clicked.request("POST", "/generations", "act=publish&generation=1&token=" + form, inside)
          clicked.sock.settimeout(1)
          try: print(clicked.getresponse().status)
          except TimeoutError: print("waits")
          """, [served.link])
      #expect(printed == "waits\n")
      #expect(served.stop() == 0)
      _ = consume lock
    }
  }

  @Test func `hear of a place that cannot be listened at`() throws {
    try withSite { site in
      let served = try ServedSite(site)
      let port = try #require(served.root.split(separator: ":").last)
      for (arguments, words) in [
        (
          ["--port", String(port)],
          "127.0.0.1:\(port): Address already in use; choose another --port"
        ),
        (["--socket", "nowhere/pages.sock"], "No such file or directory; choose another --socket"),
        (
          ["--socket", String(repeating: "long", count: 40)],
          "File name too long; choose another --socket"
        ),
      ] {
        let result = try site.misfire("serve", arguments)
        #expect(result.status == 1 && result.errors.contains(words), "\(result.errors)")
      }
      #expect(served.stop() == 0)
    }
  }

  /// With 5,000 windows that wait, the page is as long as with 50.
  @Test func `would not see more than a page of many windows`() async throws {
    try await withSite(["hn_review_percentile": "0"]) { site in
      let daemon = try DaemonProcess(conf: site.conf)
      for picture in site.pictures { try site.copy(picture) }
      _ = await daemon.lines(["info mined"], count: site.pictures.count)
      #expect(await daemon.stop() == 0)
      let served = try ServedSite(site)
      let printed = try Python.run(
        Self.asking + """
          import sqlite3
          with sqlite3.connect(sys.argv[3]) as ledger:
              columns = "image, y0, x1, y1, layer, margin, probability, generation"
              ledger.execute(f'''
                WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)
                INSERT INTO hard_negatives (x0, verdict, {columns}) SELECT -1000 - i, 'set_aside', {columns}
                FROM n, (SELECT * FROM hard_negatives ORDER BY id LIMIT 1)''')
          del sys.argv[2:]
          inside = enter()
          first, last = (ask("GET", f"/review?from={n}", inside)[1] for n in (0, 4999))
          print(json.dumps([first.count("<figure"), last.count("<figure"), len(first), re.search("5,[0-9]{3} windows", first) is not None]))
          """, [served.link, "", site.folder.appending(["output", "state.sqlite"]).string])
      let seen = try JSONSerialization.jsonObject(with: Data(printed.utf8)) as! [Any]
      #expect(seen[0] as? Int == 12 && seen[1] as? Int == 12, "\(printed)")
      #expect(try #require(seen[2] as? Int) < 600_000 && seen[3] as? Bool == true, "\(printed)")
      #expect(served.stop() == 0)
    }
  }
}
