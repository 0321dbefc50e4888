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
    #expect(svg.contains(/<span class="key line-0"><svg.*<\/svg>one<\/span>/))
    return svg.firstMatch(of: /g class="line-0"><path d="([^"]*)"/).map { String($0.1) }
  }

  // From 64 to 624 across, and from 312 up to 12.
  @Test func `draws a line from point to point`() {
    #expect(
      path([(1, 0), (10, 0.5), (100, 1)], .lines) == "M64.0 312.0L344.0 162.0L624.0 12.0")
  }

  @Test func `draws steps that keep their height to the next point and to the end`() {
    #expect(path([(1, 1), (10, 0.5)], .steps) == "M64.0 12.0H344.0V162.0H624.0")
  }

  @Test(arguments: [Chart.Series.Style.points, .marks])
  func `draws points without a line`(_ style: Chart.Series.Style) {
    #expect(path([(10, 0.5), (1, 1)], style) == "")
  }

  @Test func `tells lines apart without their colours`() {
    let chart = Chart(
      title: "", x: .linear("", through: [1]), y: .linear("", through: [1]),
      series: (0..<4).map {
        .init(name: "\($0)", style: .lines, points: [.init(x: 0, y: 0, meaning: "")])
      })
    let svg = chart.html.description
    let shapes = (0..<4).compactMap { number in
      svg.firstMatch(
        of: try! Regex(
          "<g class=\"line-\(number)\">.*?/>(.*?)</g>", as: (Substring, Substring).self)
      )
      .map { String($0.1).replacing(/-?[0-9.]+ -?[0-9.]+/, with: "", maxReplacements: 1) }
    }
    #expect(shapes.count == 4 && Set(shapes).count == 4, "\(shapes)")
    let style = ReportPage.style.description
    for number in 1..<4 { #expect(style.contains(".line-\(number) path { stroke-dasharray:")) }
  }
}
