import Detection
import Foundation
import TestSupport
import Testing

@Suite struct `Non-maxima suppression` {
  @Test(arguments: UInt64(1)...3)
  func `keeps the boxes that the method's source keeps`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let boxes = (0..<80).map { _ in
      let (x, y) = (
        Int.random(in: 0...60, using: &generator), Int.random(in: 0...60, using: &generator)
      )
      return Box(
        x0: x, y0: y, x1: x + .random(in: 5...40, using: &generator),
        y1: y + .random(in: 5...40, using: &generator))
    }
    let scores = boxes.map { _ in Double.random(in: 0...1, using: &generator) }
    let rows = zip(boxes, scores).map {
      [Double($0.x0), Double($0.y0), Double($0.x1), Double($0.y1), $1]
    }
    // The obvious form of the method: go through the boxes from the most confident down, and drop those it covers.
    let printed = try Python.run(
      """
      import json, sys
      rows = json.loads(sys.argv[1])
      order, kept = sorted(range(len(rows)), key=lambda i: -rows[i][4]), []
      while order:
          i = order.pop(0)
          kept.append(i)
          def covered(j):
              a, b = rows[i], rows[j]
              w = max(0, min(a[2], b[2]) - max(a[0], b[0]) + 1)
              h = max(0, min(a[3], b[3]) - max(a[1], b[1]) + 1)
              return w * h / ((b[2] - b[0] + 1) * (b[3] - b[1] + 1))
          order = [j for j in order if covered(j) <= 0.3]
      print(json.dumps(kept))
      """, [String(decoding: try JSONEncoder().encode(rows), as: UTF8.self)])
    let expected = try JSONDecoder().decode([Int].self, from: Data(printed.utf8))
    #expect(nonMaximaSuppression(boxes, scores: scores, overlap: 0.3) == expected)
  }

  @Test func `measures by intersection over union on request`() {
    // The small box is inside the large one: wholly covered, but a fifth of their union.
    let (large, small) = (Box(x0: 0, y0: 0, x1: 50, y1: 20), Box(x0: 0, y0: 0, x1: 10, y1: 20))
    func kept(_ overlap: Double, _ measure: OverlapMeasure) -> [Int] {
      nonMaximaSuppression([large, small], scores: [2, 1], overlap: overlap, measure: measure)
    }
    #expect(kept(0.3, .window) == [0] && kept(0.3, .union) == [0, 1])
    #expect(kept(0.2, .union) == [0, 1] && kept(0.19, .union) == [0])
  }

  @Test func `keeps the first of equals and a box that is merely touched`() {
    let box = Box(x0: 0, y0: 0, x1: 9, y1: 9)
    let apart = Box(x0: 20, y0: 0, x1: 29, y1: 9)
    #expect(nonMaximaSuppression([box, box, apart], scores: [1, 1, 1], overlap: 0.3) == [0, 2])
    #expect(nonMaximaSuppression([], scores: [], overlap: 0.3) == [])
  }
}
