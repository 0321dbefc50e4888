internal import Corpus
internal import Digest
internal import Mining
internal import Report
internal import Text
internal import Training

extension Pages {
  /// The number of windows on a page, each shown with its whole picture.
  private static let pageSize = 12

  /// Shows the windows that wait for review, the most doubtful first.
  func review(_ miner: Miner, _ visit: Visit, told: String? = nil) throws -> HTML {
    let all = try miner.status().hardNegatives.setAside
    let asked = visit.query["from"].flatMap { Int($0) } ?? 0
    // Windows decided since the last page was loaded no longer count, so `asked` can be too large.
    let start = max(0, min(asked, all - 1) / Self.pageSize * Self.pageSize)
    let windows = try miner.windowsForReview(limit: Self.pageSize, offset: start)
    let figures = try WindowFigure.figures(of: windows, miner)
    let shown: [HTML] = figures.map { figure in
      figure.figure(saying: choices(figure.window, from: start))
    }
    let undone = form("/review/undo", [("from", "\(start)")], "<button>Undo</button>")
    let intro: HTML =
      all == 0
      ? "<p>No windows wait for review.</p>\n"
      : """
      <p>\(all.counted("window")) may show the object, so they are not learnt from until you decide. A hard
      negative does not show the object; an object does; a skipped window is not trained on.
      Keys: <kbd>n</kbd> negative, <kbd>o</kbd> object, <kbd>s</kbd> skip, <kbd>u</kbd> undo.</p>

      """
    return frame(
      "Review", at: "/review",
      """
      \(intro)\(undone)
      <div class="patches" id="review" data-from="\(start)">
      \(shown)</div>
      \(turning("/review?from=", start, of: all))
      """, told: told)
  }

  private func choices(_ window: MinedWindow, from start: Int) -> HTML {
    let fields = [("window", "\(window.id)"), ("from", "\(start)")]
    let names = [("negative", "Negative"), ("object", "Object"), ("skip", "Skip")]
    let own: [HTML] = names.map {
      "<button name=\"decision\" value=\"\($0.0)\">\($0.1)</button> "
    }
    let bulk: HTML = form(
      "/review", [("picture", "\(window.digest)"), ("from", "\(start)")],
      """
      All waiting windows of this picture: \
      <button name="decision" value="negative">negative</button> \
      <button name="decision" value="object">object</button> \
      <button name="decision" value="skip">skip</button>
      """)
    return "\(form("/review", fields, "\(own)"))\(bulk)"
  }

  /// Links to the previous and the next page.
  private func turning(_ path: String, _ start: Int, of all: Int) -> HTML {
    let last = min(all, start + Self.pageSize)
    let previous: HTML =
      start > 0
      ? "<a href=\"\(path)\(max(0, start - Self.pageSize))\" rel=\"prev\">previous</a> " : ""
    let next: HTML =
      last < all ? " <a href=\"\(path)\(start + Self.pageSize)\" rel=\"next\">next</a>" : ""
    guard all > Self.pageSize else { return "" }
    return "<p class=\"turning\">\(previous)\(start + 1) to \(last) of \(all.grouped)\(next)</p>\n"
  }

  /// Records a decision, like `misfire review`.
  func decide(_ miner: Miner, _ visit: Visit) throws -> Answer {
    guard let decision = visit.form["decision"].flatMap(Decision.init), decision != .wait else {
      return .page(failure("Choose negative, object or skip."), status: 400)
    }
    let windows: [MinedWindow.ID]
    if let picture = visit.form["picture"].flatMap({ SHA256Digest(hex: $0) }) {
      windows = try miner.windowsForReview(of: picture)
    } else if let window = visit.form["window"].flatMap({ MinedWindow.ID($0) }) {
      windows = [window]
    } else {
      return .page(failure("Choose a window."), status: 400)
    }
    let report = try miner.decide(decision, windows)
    history.add(report.before)
    if visit.headers["accept"] == "application/json" {
      return try Answer(type: "application/json", jsonLine(Gone(report)))
    }
    guard report.unknown.isEmpty && report.lacking.isEmpty else {
      return .page(failure(report.complaint), status: 409)
    }
    return .goTo("/review?from=\(visit.form["from"].flatMap { Int($0) } ?? 0)")
  }

  /// Undoes the last decision.
  func undo(_ miner: Miner, _ visit: Visit) throws -> Answer {
    var complaints: [String] = []
    for (decision, windows) in history.takeLast() ?? [:] {
      let report = try miner.decide(decision, windows)
      if !report.lacking.isEmpty { complaints.append(report.complaint) }
    }
    guard complaints.isEmpty else {
      return .page(failure(complaints.joined(separator: " ")), status: 409)
    }
    return .goTo("/review?from=\(visit.form["from"].flatMap { Int($0) } ?? 0)")
  }
}

/// Tells the page's script which windows no longer wait.
private struct Gone: Encodable {
  let gone: [MinedWindow.ID]
  let complaint: String?

  init(_ report: DecisionReport) {
    gone = report.changed + report.neighbours
    complaint = report.unknown.isEmpty && report.lacking.isEmpty ? nil : report.complaint
  }
}

extension DecisionReport {
  fileprivate var complaint: String {
    (unknown.map { "No window \($0)." }
      + lacking.map { "Window \($0.id) is unchanged: \($0.reason)." }).joined(separator: " ")
  }
}
