internal import Detection
internal import Files
internal import Foundation
internal import Mining
internal import Pictures
internal import Report
internal import Settings
internal import SystemPackage
internal import Text

extension Pages {
  private static let quarantinePage = 24

  /// Shows the files that cannot be used, and why.
  func quarantine(_ miner: Miner, _ visit: Visit, told: String? = nil) throws -> HTML {
    let all = try Quarantine(miner.setup.folders.quarantine).pictures()
    let asked = visit.query["from"].flatMap { Int($0) } ?? 0
    let start = max(0, min(asked, all.count - 1) / Self.quarantinePage * Self.quarantinePage)
    let part = all[start..<min(all.count, start + Self.quarantinePage)]
    let shown: [HTML] = try part.map { picture in
      let name = picture.file.path.lastComponent!
      let thumbnail: HTML =
        try miner.thumbnail(of: picture.file.path, followingLink: false)?
        .marking([], "picture \(name.string)")
        ?? "<p>It cannot be displayed.</p>"
      return """
        <figure>\(thumbnail)<figcaption><cite dir="auto">\(name.string)</cite>\
        <span>\(picture.file.byteCount.grouped) bytes</span>
        <p>\(picture.reason ?? "no reason is recorded")</p>\
        \(button("Try again", [("name", FilePath(root: nil, [name]).hex)], to: "/quarantine/retry"))</figcaption></figure>

        """
    }
    let more: HTML =
      part.endIndex < all.count
      ? "<p class=\"turning\"><a href=\"/quarantine?from=\(part.endIndex)\" rel=\"next\">next</a></p>\n"
      : ""
    let everything: HTML =
      all.isEmpty
      ? "<p>Nothing is in quarantine.</p>\n"
      : "<p>\(all.count.counted("picture")) cannot be used.</p>\n"
    return frame(
      "Quarantine", at: "/quarantine",
      "\(everything)<div class=\"patches\">\n\(shown)</div>\n\(more)", told: told)
  }

  /// Retries files, like `misfire retry`.
  func retry(_ miner: Miner, _ visit: Visit) throws -> Answer {
    let asked = visit.form["name"]
    let known = try Quarantine(miner.setup.folders.quarantine).pictures().compactMap(
      \.file.path.lastComponent)
    guard let name = known.first(where: { FilePath(root: nil, [$0]).hex == asked }),
      try !miner.retry([name]).isEmpty
    else { return .page(failure("No such picture in quarantine."), status: 404) }
    return .page(
      try quarantine(miner, visit, told: "\(name.string.printable) is in the inbox again."))
  }
}
