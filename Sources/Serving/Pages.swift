internal import Corpus
internal import Foundation
internal import Mining
internal import Report
package import Settings
internal import Synchronization
internal import SystemPackage
internal import Text
internal import Training

/// All pages, and the actions of their forms.
///
/// The only state kept between requests is what can be undone. Each request reads the settings, the ledger and the
/// live model again, as a command does. Every change makes the same call as the command of that name.
package struct Pages: Sendable {
  let door = Door()
  /// What the latest decisions changed, the latest last.
  let history = History()
  private let readSetup: @Sendable () throws -> Setup

  package init(setup: @escaping @Sendable () throws -> Setup) {
    readSetup = setup
  }

  /// Answers one request. Call it from one thread at a time.
  package func answer(to visit: Visit) -> Answer {
    var answer: Answer
    switch door.judge(visit) {
    case .refused:
      answer = Answer(
        status: 403, type: "text/plain",
        "Open the link that `misfire serve` printed; it works once, in one browser.\n")
    case .begins(let session):
      answer = .goTo("/")
      answer.headers["Set-Cookie"] = "\(Door.cookie)=\(session); HttpOnly; SameSite=Strict; Path=/"
    case .welcome:
      do {
        answer = try visit.method == .post ? done(visit) : shown(visit)
      } catch {
        answer = .page(failure("\(error)"), status: 500)
      }
    }
    // Everything is loaded from this server or is part of the page, and no other page can embed this one.
    answer.headers["Content-Security-Policy"] =
      "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; "
      + "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Referrer-Policy"] = "same-origin"
    answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    answer.headers["Cache-Control"] = "no-store"
    return answer
  }

  /// A miner for read-only pages.
  func readOnly() throws -> Miner { try Miner(setup: readSetup(), isReadOnly: true) }

  /// A miner for changes. It first finishes what a crash interrupted.
  private func changing() throws -> Miner {
    let miner = try Miner(setup: readSetup())
    try miner.recover()
    return miner
  }

  private func shown(_ visit: Visit) throws -> Answer {
    switch visit.path {
    case "/": .page(try overview(readOnly()))
    case "/progress": .page(try progress(readOnly()))
    case "/review": .page(try review(readOnly(), visit))
    case "/pictures": .page(try pictures(readOnly(), visit))
    case "/thumbnail": try thumbnail(readOnly(), visit)
    case "/generations": .page(try generations(readOnly(), visit))
    case "/quarantine": .page(try quarantine(readOnly(), visit))
    case "/boxes": .page(try boxes(readOnly(), visit))
    case "/style.css": Answer(type: "text/css", (Self.style).description)
    case "/page.js": Answer(type: "text/javascript", Self.script)
    default: .page(failure("No such page."), status: 404)
    }
  }

  private func done(_ visit: Visit) throws -> Answer {
    let miner = try changing()
    return switch visit.path {
    case "/review": try decide(miner, visit)
    case "/review/undo": try undo(miner, visit)
    case "/pictures/forget": try forget(miner, visit)
    case "/pictures/remember": try remember(miner, visit)
    case "/generations": try choose(miner, visit)
    case "/quarantine/retry": try retry(miner, visit)
    case "/boxes": try changeBoxes(miner, visit)
    default: .page(failure("No such page."), status: 404)
    }
  }

  // MARK: What all pages have

  private static let names: [(path: String, name: String)] = [
    ("/", "Overview"), ("/review", "Review"), ("/pictures", "Pictures"),
    ("/generations", "Generations"), ("/quarantine", "Quarantine"), ("/boxes", "Boxes"),
  ]

  /// - Parameter refresh: the seconds after which a browser without scripts reloads the page; nil to never reload.
  func frame(
    _ title: String, at path: String?, _ content: HTML, told: String? = nil, refresh: Int? = nil
  ) -> HTML {
    let links: [HTML] = Self.names.map { link in
      let current: HTML = link.path == path ? " aria-current=\"page\"" : ""
      return "<li><a href=\"\(link.path)\"\(current)>\(link.name)</a></li>"
    }
    let news: HTML =
      told.map { "<p class=\"told\" role=\"status\">\(HTML.sentence($0))</p>\n" } ?? ""
    let refreshing: HTML =
      refresh.map {
        "\n<noscript><meta http-equiv=\"refresh\" content=\"\($0)\"/></noscript>"
      } ?? ""
    return """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8"/>
      <meta name="viewport" content="width=device-width, initial-scale=1"/>
      <title>\(path == "/" ? title : "\(title) – Misfire")</title>
      <link rel="stylesheet" href="/style.css"/>
      <script src="/page.js" defer="defer"></script>\(refreshing)
      </head>
      <body>
      <nav aria-label="Pages"><ul>\(links)</ul></nav>
      <main>
      <h1>\(title)</h1>
      \(news)\(content)</main>
      </body>
      </html>

      """
  }

  func failure(_ words: String) -> HTML {
    frame("That did not work", at: nil, "<p>\(HTML.sentence(words))</p>\n")
  }

  /// A form that makes a change; it includes the session's token.
  func form(_ path: String, _ fields: [(name: String, value: String)] = [], _ content: HTML)
    -> HTML
  {
    let hidden: [HTML] = ([("token", door.formToken)] + fields).map {
      "<input type=\"hidden\" name=\"\($0.0)\" value=\"\($0.1)\"/>"
    }
    return "<form method=\"post\" action=\"\(path)\">\(hidden)\(content)</form>"
  }

  func button(_ label: String, _ fields: [(name: String, value: String)], to path: String) -> HTML {
    form(path, fields, "<button>\(label)</button>")
  }

  // MARK: Overview

  private func overview(_ miner: Miner) throws -> HTML {
    let page = try ReportPage(of: miner, showsWindows: false)
    return frame(
      "Misfire", at: "/",
      """
      <p>The detector \(miner.setup.files.liveModel).</p>
      <div id="progress" aria-live="off">\(progress(page))</div>
      \(page.summary)
      """, refresh: 10)
  }

  /// Values that change while the service works.
  private func progress(_ miner: Miner) throws -> HTML {
    progress(try ReportPage(of: miner, showsWindows: false))
  }

  private func progress(_ page: ReportPage) -> HTML {
    let waiting = page.status.hardNegatives.setAside
    return """
      <p><strong>\(page.status.images.waiting.counted("picture")) in the inbox, \
      \(page.status.images.mined.grouped) mined, \(page.status.nextTrainingInWords) until the next training, \
      \(waiting.counted("window")) to <a href="/review">review</a>.</strong></p>
      """
  }
}
