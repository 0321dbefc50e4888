/// A line chart.
struct Chart {
  let title: String
  let x, y: Axis
  let series: [Series]

  /// One line of a chart.
  struct Series {
    enum Style {
      case points, lines
      /// The line keeps its height from one point to the next, and after the last.
      case steps
    }

    let name: String
    let style: Style
    /// Where there is a line, from left to right; what each means is shown where the pointer rests on it.
    let points: [Point]
  }

  struct Point {
    let x, y: Double
    let meaning: String
  }

  private static let size = (width: 640.0, height: 360.0)
  /// Where the lines are.
  private static let plot = (left: 64.0, right: 624.0, top: 12.0, bottom: 312.0)

  var html: HTML {
    """
    <figure>
    <svg viewBox="0 0 \(Int(Self.size.width)) \(Int(Self.size.height))" role="img" aria-label="\(title)">
    \(horizontalGrid)\(verticalGrid)
    \(series.enumerated().map { line(of: $1, number: $0) })
    </svg>
    <figcaption><strong>\(title)</strong> \(series.enumerated().map(key))</figcaption>
    </figure>

    """
  }

  private func key(number: Int, of series: Series) -> HTML {
    "<span class=\"key line-\(number)\">\(series.name)</span> "
  }

  // MARK: Axes

  private var horizontalGrid: HTML {
    let plot = Self.plot
    let lines: [HTML] = y.ticks.map { tick in
      """
      <line class="grid" x1="\(plot.left)" x2="\(plot.right)" y1="\(down(tick))" y2="\(down(tick))"/>\
      <text x="\(plot.left - 8)" y="\(down(tick) + 4)" text-anchor="end">\(Axis.text(tick))</text>
      """
    }
    let middle = (plot.top + plot.bottom) / 2
    return """
      \(lines)<text transform="translate(14 \(middle)) rotate(-90)" text-anchor="middle">\(y.label)</text>
      """
  }

  private var verticalGrid: HTML {
    let plot = Self.plot
    let lines: [HTML] = x.ticks.map { tick in
      """
      <line class="grid" x1="\(across(tick))" x2="\(across(tick))" y1="\(plot.top)" y2="\(plot.bottom)"/>\
      <text x="\(across(tick))" y="\(plot.bottom + 18)" text-anchor="middle">\(Axis.text(tick))</text>
      """
    }
    let middle = (plot.left + plot.right) / 2
    return """
      \(lines)<text x="\(middle)" y="\(Self.size.height - 8)" text-anchor="middle">\(x.label)</text>
      """
  }

  // MARK: Lines

  private func line(of series: Series, number: Int) -> HTML {
    let places = series.points.map { (x: across($0.x), y: down($0.y)) }
    let start = places.first.map { "M\($0.x) \($0.y)" } ?? ""
    let path =
      switch series.style {
      case .points: ""
      case .lines: start + places.dropFirst().map { "L\($0.x) \($0.y)" }.joined()
      case .steps:
        start + places.dropFirst().map { "H\($0.x)V\($0.y)" }.joined() + "H\(Self.plot.right)"
      }
    let points: [HTML] = zip(places, series.points).map { place, point in
      """
      <circle cx="\(place.x)" cy="\(place.y)" r="3"><title>\(point.meaning)</title></circle>
      """
    }
    return "<g class=\"line-\(number)\"><path d=\"\(path)\"/>\(points)</g>\n"
  }

  /// Pixels from the left, to a tenth.
  private func across(_ value: Double) -> Double {
    let (left, right) = (Self.plot.left, Self.plot.right)
    return ((left + (right - left) * x.place(of: value)) * 10).rounded() / 10
  }

  /// Pixels from the top, to a tenth.
  private func down(_ value: Double) -> Double {
    let (top, bottom) = (Self.plot.top, Self.plot.bottom)
    return ((bottom + (top - bottom) * y.place(of: value)) * 10).rounded() / 10
  }
}
