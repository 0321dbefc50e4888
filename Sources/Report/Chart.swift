/// A line chart, drawn twice: for a screen or sheet, and for a phone, whose letters would be too small otherwise.
struct Chart {
  let title: String
  let x, y: Axis
  let series: [Series]

  /// One line of a chart. Lines differ by their dashes and the shapes of their points, not by colour alone.
  struct Series {
    enum Style {
      case points, lines
      /// The line keeps its height from one point to the next, and after the last.
      case steps
      /// Points that must be seen at once, drawn over all lines.
      case marks
    }

    let name: String
    let style: Style
    /// The points of the line, from left to right; each shows its meaning when the pointer rests on it.
    let points: [Point]
  }

  struct Point {
    let x, y: Double
    let meaning: String
  }

  var html: HTML {
    """
    <figure>
    \(drawing(.wide))\(drawing(.narrow))\
    <figcaption><strong>\(title)</strong> \(series.enumerated().map(key))</figcaption>
    </figure>

    """
  }

  private func drawing(_ layout: ChartLayout) -> HTML {
    """
    <svg class="\(layout.name)" viewBox="0 0 \(Int(layout.width)) \(Int(layout.height))" role="img" aria-label="\(title)">
    \(horizontalGrid(layout))\(verticalGrid(layout))
    \(series.enumerated().map { line(of: $1, number: $0, layout) })
    </svg>

    """
  }

  private func key(number: Int, of series: Series) -> HTML {
    let line: HTML = series.style == .lines || series.style == .steps ? "<path d=\"M0 7H36\"/>" : ""
    let shape = PointShape(of: series, number: number).html(x: 18, y: 7, meaning: nil)
    return """
      <span class="key line-\(number)"><svg viewBox="0 0 36 14" aria-hidden="true">\(line)\(shape)</svg>\(series.name)</span> \

      """
  }

  // MARK: Axes

  private func horizontalGrid(_ layout: ChartLayout) -> HTML {
    let lines: [HTML] = y.ticks.map { tick in
      let down = layout.down(y, tick)
      return """
        <line class="grid" x1="\(layout.left)" x2="\(layout.right)" y1="\(down)" y2="\(down)"/>\
        <text x="\(layout.left - 12)" y="\(down + 4)" text-anchor="end">\(Axis.text(tick))</text>
        """
    }
    let middle = (layout.top + layout.bottom) / 2
    return """
      \(lines)<text transform="translate(12 \(middle)) rotate(-90)" text-anchor="middle">\(y.label)</text>
      """
  }

  private func verticalGrid(_ layout: ChartLayout) -> HTML {
    let ticks = x.ticks
    // Numbers that would touch are left out.
    let widest = ticks.map { Axis.text($0).count }.max() ?? 1
    let most = max(2, Int((layout.right - layout.left) / (Double(widest + 1) * 8)))
    let every = max(1, (ticks.count + most - 1) / most)
    let lines: [HTML] = ticks.enumerated().map { index, tick in
      let across = layout.across(x, tick)
      let number: HTML =
        index.isMultiple(of: every)
        ? """
        <text x="\(across)" y="\(layout.bottom + 18)" text-anchor="middle">\(Axis.text(tick))</text>
        """ : ""
      return """
        <line class="grid" x1="\(across)" x2="\(across)" y1="\(layout.top)" y2="\(layout.bottom)"/>\(number)
        """
    }
    let middle = (layout.left + layout.right) / 2
    return """
      \(lines)<text x="\(middle)" y="\(layout.height - 8)" text-anchor="middle">\(x.label)</text>
      """
  }

  // MARK: Lines

  private func line(of series: Series, number: Int, _ layout: ChartLayout) -> HTML {
    let places = series.points.map { (x: layout.across(x, $0.x), y: layout.down(y, $0.y)) }
    let start = places.first.map { "M\($0.x) \($0.y)" } ?? ""
    let path =
      switch series.style {
      case .points, .marks: ""
      case .lines: start + places.dropFirst().map { "L\($0.x) \($0.y)" }.joined()
      case .steps:
        start + places.dropFirst().map { "H\($0.x)V\($0.y)" }.joined() + "H\(layout.right)"
      }
    let shape = PointShape(of: series, number: number)
    let points = zip(places, series.points).map { place, point in
      shape.html(x: place.x, y: place.y, meaning: layout.hasMeanings ? point.meaning : nil)
    }
    return "<g class=\"line-\(number)\"><path d=\"\(path)\"/>\(points)</g>\n"
  }
}
