/// Where the parts of a chart are, in pixels of its drawing.
struct ChartLayout {
  /// The class of the drawing: the page shows one of them.
  let name: String
  let width, height: Double
  /// Where the lines are.
  let left, right, top, bottom: Double
  /// Whether each point shows its meaning; a phone has no pointer.
  let hasMeanings: Bool

  static let wide = ChartLayout(
    name: "wide", width: 640, height: 360, left: 64, right: 624, top: 12, bottom: 312,
    hasMeanings: true)
  static let narrow = ChartLayout(
    name: "narrow", width: 330, height: 300, left: 60, right: 320, top: 10, bottom: 250,
    hasMeanings: false)

  /// Pixels from the left, to a tenth.
  func across(_ axis: Axis, _ value: Double) -> Double {
    ((left + (right - left) * axis.place(of: value)) * 10).rounded() / 10
  }

  /// Pixels from the top, to a tenth.
  func down(_ axis: Axis, _ value: Double) -> Double {
    ((bottom + (top - bottom) * axis.place(of: value)) * 10).rounded() / 10
  }
}

/// What the points of a line look like.
enum PointShape: CaseIterable {
  case disc, square, triangle, lozenge
  /// A ring with a cross.
  case target

  init(of series: Chart.Series, number: Int) {
    let shapes = Self.allCases.filter { $0 != .target }
    self = series.style == .marks ? .target : shapes[number % shapes.count]
  }

  /// - Parameter meaning: shown when the pointer rests on the point.
  func html(x: Double, y: Double, meaning: String?) -> HTML {
    let title: HTML = meaning.map { "<title>\($0)</title>" } ?? ""
    func path(_ d: String, _ name: String = "point") -> HTML {
      "<path class=\"\(name)\" d=\"M\(x) \(y)\(d)\">\(title)</path>"
    }
    return switch self {
    case .disc: "<circle cx=\"\(x)\" cy=\"\(y)\" r=\"3\">\(title)</circle>"
    case .square: path("m-3 -3h6v6h-6z")
    case .triangle: path("m0 -4l4 7h-8z")
    case .lozenge: path("m0 -4.5l4 4.5l-4 4.5l-4 -4.5z")
    case .target: path("m-6 0a6 6 0 1 0 12 0a6 6 0 1 0 -12 0m-4 0h20m-10 -10v20", "target")
    }
  }
}
