internal import Detection
internal import Foundation

extension ReportPage {
  /// What the live model looks for, and what speaks against it.
  package var weights: HTML {
    guard let model else { return "" }
    return """
      <h2>What it has learnt</h2>
      <p>Edges in the window that speak for the object, and edges that speak against it; darker edges count more.</p>
      <div class="glyphs">
      \(glyphs(of: model, "for the object", sign: 1))\(glyphs(of: model, "against it", sign: -1))</div>

      """
  }

  /// How dark a stroke may be.
  private static let shades = 5

  private func glyphs(of model: LinearSVM, _ name: String, sign: Double) -> HTML {
    let hog = model.hog
    let cells = hog.cellWeights(model.weights)
    let largest = cells.flatMap(\.weights).map { $0 * sign }.max() ?? 0
    var paths = Array(repeating: "", count: Self.shades)
    for cell in cells where largest > 0 {
      for (orientation, weight) in cell.weights.enumerated() {
        // Anything fainter than the faintest shade is left out.
        let shade = Int((weight * sign / largest * Double(Self.shades)).rounded()) - 1
        guard shade >= 0 else { continue }
        let turn = hog.edgeDirection(ofOrientation: orientation)
        let (dx, dy) = (
          cos(turn) * Double(hog.cellColumns) * 0.48, sin(turn) * Double(hog.cellRows) * 0.48
        )
        let (x, y) = (
          Double(cell.x) + Double(hog.cellColumns) / 2, Double(cell.y) + Double(hog.cellRows) / 2
        )
        paths[shade] +=
          "M\(rounded(x - dx)) \(rounded(y - dy))L\(rounded(x + dx)) \(rounded(y + dy))"
      }
    }
    let strokes: [HTML] = paths.enumerated().map { shade, path in
      "<path class=\"shade-\(shade)\" d=\"\(path)\"/>"
    }
    return """
      <figure><svg viewBox="0 0 \(hog.window.width) \(hog.window.height)" role="img" aria-label="Edges that speak \(name)">\
      \(strokes)</svg><figcaption>\(name)</figcaption></figure>

      """
  }

  private func rounded(_ number: Double) -> String {
    let text = "\((number * 100).rounded() / 100)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}
