internal import Corpus
internal import Mining
internal import Report
internal import Text
internal import Training

extension Pages {
  /// Shows every training run, a comparison of two, and which model is live.
  func generations(_ miner: Miner, _ visit: Visit, told: String? = nil) throws -> HTML {
    let page = try ReportPage(of: miner, showsWindows: false)
    let numbers = page.generations.map(\.number)
    let live = page.live?.number ?? numbers.last
    let left =
      visit.query["left"].flatMap { Int($0) } ?? numbers.last { $0 != live } ?? numbers.last
    let right = visit.query["right"].flatMap { Int($0) } ?? live
    func choice(_ name: String, _ chosen: Int?) -> HTML {
      let options: [HTML] = numbers.map {
        "<option value=\"\($0)\"\($0 == chosen ? " selected=\"selected\"" : "" as HTML)>\($0)</option>"
      }
      return "<label>\(name) <select name=\"\(name)\">\(options)</select></label> "
    }
    let isPinned = page.generations.contains(where: \.state.isPinned)
    let back: HTML = button(
      "Roll back to the previous one",
      [("act", "rollback"), ("generation", page.live.map { "\($0.number)" } ?? "")],
      to: "/generations")
    let unpin: HTML = isPinned ? button("Unpin", [("act", "unpin")], to: "/generations") : ""
    guard let left, let right else {
      return frame(
        "Generations", at: "/generations",
        "<p>No generation yet: run <code>misfire train</code>.</p>\n")
    }
    return frame(
      "Generations", at: "/generations",
      """
      <div class="actions">\(back)\(unpin)</div>
      <h2>Compare two</h2>
      <form method="get" action="/generations">\(choice("left", left))\(choice("right", right))\
      <button>Compare</button></form>
      \(page.comparison(of: left, with: right))
      \(page.generationTable { generation in
        let number = [("generation", "\(generation.number)")]
        let publish = generation.state.isLive
          ? "" as HTML : button("Publish", [("act", "publish")] + number, to: "/generations")
        let pin = generation.state.isPinned
          ? "" as HTML : button("Pin", [("act", "pin")] + number, to: "/generations")
        return "<span class=\"actions\">\(publish)\(pin)</span>"
      })
      """, told: told)
  }

  /// Changes the live model, like `misfire models`. For a rollback, the form's generation is the one that was live.
  func choose(_ miner: Miner, _ visit: Visit) throws -> Answer {
    let number = visit.form["generation"].flatMap { Int($0) }
    let words: String
    switch (visit.form["act"], number) {
    case ("rollback", _):
      // Pressed twice, or on an old page, it would go back further than that page said.
      guard try miner.generations().first(where: \.isLive)?.record.number == number else {
        return .page(
          failure("Another generation is live now than when this page was shown: look again."),
          status: 409)
      }
      words = "Generation \(try miner.rollBack(to: nil)) is live and pinned."
    case ("pin", let number?):
      words = "Generation \(try miner.pin(number)) is live and pinned."
    case ("publish", let number?):
      try miner.goBack(to: number)
      words = "Generation \(number) is live until a training is accepted."
    case ("unpin", _):
      words =
        try miner.unpin().map { "Generation \($0) is no longer pinned." }
        ?? "No generation was pinned."
    default: return .page(failure("Choose an action and a generation."), status: 400)
    }
    let aside = miner.takeDisplaced().map {
      " The previous file was not trained here; it is now \($0)."
    }
    return .page(try generations(miner, visit, told: words + aside.joined()))
  }
}
