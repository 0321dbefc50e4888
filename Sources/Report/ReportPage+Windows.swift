internal import Corpus
internal import Foundation
internal import Mining
internal import Pictures
internal import SystemPackage
internal import Text
internal import Training

extension ReportPage {
  /// The windows that fooled a model most.
  var hardestWindows: HTML {
    guard !hardest.isEmpty else { return "" }
    return """
      <h2>What it was surest of, and wrong</h2>
      <p>Of each picture the hard negative that looked most like the object to the model of that time, and what the
      live model says of it.</p>
      <div class="patches">
      \(hardest.map { figure(of: $0, "") })</div>

      """
  }

  /// The windows that wait for a person.
  var doubtedWindows: HTML {
    guard !doubted.isEmpty else { return "" }
    return """
      <h2>Windows that may show the object</h2>
      <p>\(status.hardNegatives.setAside.grouped) wait for a person: <code>misfire review negative NUMBER</code> trains
      on one as a hard negative, <code>misfire review object NUMBER</code> as an object, <code>misfire review skip
      NUMBER</code> on neither.</p>
      <div class="patches">
      \(doubted.map { figure(of: $0, "<strong>\($0.window.id)</strong> ") })</div>

      """
  }

  private func figure(of patch: Patch, _ title: HTML) -> HTML {
    let window = patch.window
    let name = window.name.string
    let by = window.generation.map { " by generation \($0)" } ?? ""
    let picture: HTML
    var now = ""
    switch patch.patch {
    case .shown(let png, let probability):
      picture = """
        <img alt="a window of \(name)" src="data:image/png;base64,\(Data(png).base64EncodedString())"/>
        """
      if let probability { now = ", \(probability.fixed(digits: 3)) now" }
    case .missing(let reason):
      picture = "<p>cannot be shown: \(reason)</p>"
    }
    return """
      <figure>\(picture)<figcaption>\(title)\(window.hardNegative.probability.fixed(digits: 3))\(by)\(now) \
      <cite dir="auto">\(name)</cite></figcaption></figure>

      """
  }
}
