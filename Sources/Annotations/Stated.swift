internal import Detection

extension Box {
  /// The box between four edges, each rounded to whole pixels; nil if an edge is not a number or is 1e9 or more in
  /// magnitude.
  init?(left: Double, top: Double, right: Double, bottom: Double) {
    let edges = [left, top, right, bottom].map { $0.rounded() }
    guard edges.allSatisfy({ $0.magnitude < 1e9 }) else { return nil }
    self.init(x0: Int(edges[0]), y0: Int(edges[1]), x1: Int(edges[2]), y1: Int(edges[3]))
  }
}

extension PixelSize {
  /// The picture size that an annotation states; nil if it states none, which some tools write as 0.
  init?(statedWidth width: Double?, height: Double?) {
    guard let width, let height, (1...1e9).contains(width), (1...1e9).contains(height) else {
      return nil
    }
    self.init(width: Int(width.rounded()), height: Int(height.rounded()))
  }
}

extension StringProtocol {
  /// The text without leading and trailing white space.
  var trimmed: String {
    String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
  }
}
