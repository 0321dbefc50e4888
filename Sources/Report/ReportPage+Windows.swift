internal import Corpus
package import Detection
internal import Digest
internal import Foundation
package import Mining
internal import Pictures
internal import SystemPackage
internal import Text
internal import Training

extension ReportPage {
  /// The most confident false positives.
  var hardestWindows: HTML {
    guard !hardest.isEmpty else { return "" }
    return """
      <h2>The most confident false positives</h2>
      <p>For each picture, the hard negative that looked most like the object to the model of that time, and its
      probability by the live model.</p>
      <div class="patches">
      \(hardest.map { $0.figure(saying: $0.commandsAfterwards) })</div>

      """
  }

  /// The windows that wait for a person.
  var windowsForReview: HTML {
    guard !doubted.isEmpty else { return "" }
    return """
      <h2>Windows that may show the object</h2>
      <p>\(status.hardNegatives.setAside.grouped) wait for a person: <code>review negative</code> trains on one as a hard
      negative, <code>review object</code> as an object, <code>review skip</code> on neither. <code>misfire serve</code>
      shows them one after the other.</p>
      <div class="patches">
      \(doubted.map { $0.figure(saying: $0.commands) })</div>

      """
  }
}

/// A hard negative and what it shows.
package struct WindowFigure: Sendable {
  package let window: MinedWindow
  let patch: WindowPatch

  /// One for each of the windows; each of their pictures is read once.
  package static func figures(of windows: [MinedWindow], _ miner: Miner) throws -> [WindowFigure] {
    try zip(windows, miner.patches(of: windows)).map(WindowFigure.init)
  }

  /// For one that waits.
  fileprivate var commands: HTML {
    """
    <code>misfire review negative \(window.id)</code> <code>misfire review object \(window.id)</code> \
    <code>misfire review skip \(window.id)</code>
    """
  }

  /// For one that is learnt from.
  fileprivate var commandsAfterwards: HTML {
    """
    <code>misfire review object \(window.id)</code> <code>misfire review skip \(window.id)</code> \
    <code>misfire forget \(String(window.digest.description.prefix(12)))</code>
    """
  }

  /// The window beside its whole picture.
  /// - Parameter actions: the actions for it.
  package func figure(saying actions: HTML) -> HTML {
    let name = window.name.string
    let by = window.generation.map { " by generation \($0)" } ?? ""
    var shown: HTML
    var now = ""
    switch patch {
    case .shown(let png, let probability, let picture):
      shown = """
        <div class="views"><img alt="window \(window.id) of \(name)" src="data:image/png;base64,\(Data(png).base64EncodedString())"/>\
        \(picture.marking([window.hardNegative.box], "window \(window.id) in \(name)"))</div>
        """
      if let probability { now = ", \(probability.fixed(digits: 3)) now" }
    case .missing(let reason):
      shown = "<p>cannot be displayed: \(reason)</p>"
    }
    return """
      <figure id="window-\(window.id)">\(shown)<figcaption><strong>\(window.id)</strong> \
      <span>\(window.hardNegative.probability.fixed(digits: 3))\(by)\(now)</span> \
      <cite dir="auto">\(name)</cite><span class="commands">\(actions)</span></figcaption></figure>

      """
  }
}

extension PictureThumbnail {
  /// The picture with boxes drawn on it.
  /// - Parameter id: its identifier for a script.
  package func marking(_ boxes: [Box], _ label: String, id: String? = nil) -> HTML {
    let rectangles: [HTML] = boxes.map { box in
      """
      <rect x="\(box.x0)" y="\(box.y0)" width="\(box.size.width)" height="\(box.size.height)"/>
      """
    }
    let name: HTML = id.map { " id=\"\($0)\"" } ?? ""
    return """
      <svg\(name) class="whole" viewBox="0 0 \(size.width) \(size.height)" role="img" aria-label="\(label)">\
      <image width="\(size.width)" height="\(size.height)" href="data:image/jpeg;base64,\(Data(jpeg).base64EncodedString())"/>\
      \(rectangles)</svg>
      """
  }
}
