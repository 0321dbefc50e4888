internal import Corpus
internal import Digest
internal import Foundation
internal import Mining
internal import Report
internal import SystemPackage
internal import Text

extension Pages {
  private static let rowCount = 50
  /// In UTC, like the log.
  private static let seconds = Date.ISO8601FormatStyle(dateTimeSeparator: .space)

  /// Shows the latest pictures and their outcomes.
  func pictures(_ miner: Miner, _ visit: Visit, told: String? = nil) throws -> HTML {
    let before = visit.query["before"].flatMap { Int64($0) } ?? .max
    let pictures = try miner.recentPictures(limit: Self.rowCount, before: before)
    let columns = [
      "name", "arrived", "state", "hard negatives", "generation", "actions", "reason",
    ]
    let rows: [[HTML]] = pictures.map { picture in
      let act =
        picture.state == .forgotten
        ? button("Allow again", [("picture", "\(picture.sha256)")], to: "/pictures/remember")
        : button("Forget", [("picture", "\(picture.sha256)")], to: "/pictures/forget")
      return [
        "\(small(picture))<cite dir=\"auto\">\(picture.name.string)</cite>",
        "\(picture.time.formatted(Self.seconds))", "\(picture.state.inWords)",
        "\(picture.hardNegatives.grouped)", "\(picture.generation.map(String.init) ?? "–")",
        act, "\(picture.reason ?? "–")",
      ]
    }
    let more: HTML =
      pictures.count < Self.rowCount
      ? ""
      : "<p class=\"turning\"><a href=\"/pictures?before=\(pictures.last!.id)\">earlier</a></p>\n"
    let table: HTML =
      pictures.isEmpty
      ? "<p>No pictures yet.</p>\n"
      : "\(HTML.table(columns, words: ["name", "reason"], rows))\(more)"
    return frame(
      "Pictures", at: "/pictures",
      """
      <p>Forgetting a picture removes all that was learnt from it. Its file stays, and is refused if it arrives again.</p>
      \(table)
      """, told: told)
  }

  /// The thumbnail beside a picture's name; the browser requests it when it scrolls into view.
  private func small(_ picture: PictureRecord) -> HTML {
    guard picture.kept != nil else { return "" }
    return """
      <img class="thumbnail" alt="" loading="lazy" src="/thumbnail?picture=\(picture.sha256)"/> 
      """
  }

  /// The thumbnail of a picture in the ledger.
  func thumbnail(_ miner: Miner, _ visit: Visit) throws -> Answer {
    guard let picture = try picture(miner, visit.query),
      let small = try miner.thumbnail(of: picture, longestSide: 160)
    else { return Answer(status: 404, type: "text/plain", "No such picture.\n") }
    return Answer(jpeg: small.jpeg)
  }

  /// Forgets a picture, like `misfire forget`.
  func forget(_ miner: Miner, _ visit: Visit) throws -> Answer {
    guard let picture = try picture(miner, visit.form) else { return unknownPicture }
    guard picture.state != .forgotten else { return .goTo("/pictures") }
    let report = try miner.forget([picture], reason: "forgotten by a person")
    var words = """
      Forgot \(picture.name.string.printable) and \
      \(report.forgotten.hardNegatives.counted("hard negative")) of it.
      """
    if let taught = report.taughtGeneration {
      words +=
        " The live generation \(taught) has learnt from it; the next training makes one that has not."
    }
    return .page(try pictures(miner, visit, told: words))
  }

  /// Undoes that, like `misfire forget --undo`.
  func remember(_ miner: Miner, _ visit: Visit) throws -> Answer {
    guard let picture = try picture(miner, visit.form) else { return unknownPicture }
    guard picture.state == .forgotten else { return .goTo("/pictures") }
    let place = try miner.undoForgetting([picture])[0]
    let words =
      place == nil
      ? "\(picture.name.string.printable) is allowed again: drop it in."
      : "\(picture.name.string.printable) is in the inbox again."
    return .page(try pictures(miner, visit, told: words))
  }

  private func picture(_ miner: Miner, _ fields: [String: String]) throws -> PictureRecord? {
    try fields["picture"].flatMap { SHA256Digest(hex: $0) }.flatMap {
      try miner.ledger.picture($0)
    }
  }

  private var unknownPicture: Answer { .page(failure("No such picture."), status: 404) }
}

extension PictureRecord.State {
  fileprivate var inWords: String {
    switch self {
    case .mined: "mined"
    case .heldOut: "held out"
    case .quarantined: "refused"
    case .forgotten: "forgotten"
    }
  }
}
