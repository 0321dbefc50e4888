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
  private static let margin = (left: 64.0, right: 16.0, top: 12.0, bottom: 48.0)

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
    let (left, right) = (Self.margin.left, Self.size.width - Self.margin.right)
    let lines: [HTML] = y.ticks.map { tick in
      """
      <line class="grid" x1="\(left)" x2="\(right)" y1="\(down(tick))" y2="\(down(tick))"/>\
      <text x="\(left - 8)" y="\(down(tick) + 4)" text-anchor="end">\(Axis.text(tick))</text>
      """
    }
    let middle = (Self.margin.top + Self.size.height - Self.margin.bottom) / 2
    return """
      \(lines)<text transform="translate(14 \(middle)) rotate(-90)" text-anchor="middle">\(y.label)</text>
      """
  }

  private var verticalGrid: HTML {
    let (top, bottom) = (Self.margin.top, Self.size.height - Self.margin.bottom)
    let lines: [HTML] = x.ticks.map { tick in
      """
      <line class="grid" x1="\(across(tick))" x2="\(across(tick))" y1="\(top)" y2="\(bottom)"/>\
      <text x="\(across(tick))" y="\(bottom + 18)" text-anchor="middle">\(Axis.text(tick))</text>
      """
    }
    let middle = (Self.margin.left + Self.size.width - Self.margin.right) / 2
    return """
      \(lines)<text x="\(middle)" y="\(Self.size.height - 8)" text-anchor="middle">\(x.label)</text>
      """
  }

  // MARK: Lines

  private func line(of series: Series, number: Int) -> HTML {
    let places = series.points.map { (x: across($0.x), y: down($0.y)) }
    var path = places.first.map { "M\($0.x) \($0.y)" } ?? ""
    switch series.style {
    case .points: path = ""
    case .lines: path += places.dropFirst().map { "L\($0.x) \($0.y)" }.joined()
    case .steps:
      path += places.dropFirst().map { "H\($0.x)V\($0.y)" }.joined()
      path += "H\(across(x.range.upperBound))"
    }
    let points: [HTML] = series.points.map { point in
      """
      <circle cx="\(across(point.x))" cy="\(down(point.y))" r="3"><title>\(point.meaning)</title></circle>
      """
    }
    return "<g class=\"line-\(number)\"><path d=\"\(path)\"/>\(points)</g>\n"
  }

  /// Pixels from the left, to a tenth.
  private func across(_ value: Double) -> Double {
    let room = Self.size.width - Self.margin.left - Self.margin.right
    return ((Self.margin.left + room * x.place(of: value)) * 10).rounded() / 10
  }

  /// Pixels from the top, to a tenth.
  private func down(_ value: Double) -> Double {
    let room = Self.size.height - Self.margin.top - Self.margin.bottom
    return ((Self.margin.top + room * (1 - y.place(of: value))) * 10).rounded() / 10
  }
}
