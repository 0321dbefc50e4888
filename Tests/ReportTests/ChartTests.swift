import Testing

@testable import Report

@Suite struct `A chart` {
  private func path(_ points: [(Double, Double)], _ style: Chart.Series.Style) -> String? {
    let chart = Chart(
      title: "Misses & more", x: .logarithmic("x", 1...100), y: .linear("y", through: [1]),
      series: [
        .init(
          name: "one", style: style,
          points: points.map { .init(x: $0.0, y: $0.1, meaning: "\($0)") })
      ])
    let svg = chart.html.description
    #expect(svg.contains("aria-label=\"Misses &amp; more\""))
    #expect(svg.contains("<span class=\"key line-0\">one</span>"))
    return svg.firstMatch(of: /path d="([^"]*)"/).map { String($0.1) }
  }

  // From 64 to 624 across, and from 312 up to 12.
  @Test func `draws a line from point to point`() {
    #expect(
      path([(1, 0), (10, 0.5), (100, 1)], .lines) == "M64.0 312.0L344.0 162.0L624.0 12.0")
  }

  @Test func `draws steps that keep their height to the next point and to the end`() {
    #expect(path([(1, 1), (10, 0.5)], .steps) == "M64.0 12.0H344.0V162.0H624.0")
  }

  @Test func `draws points without a line`() {
    #expect(path([(10, 0.5), (1, 1)], .points) == "")
  }
}
