package import Detection

extension HOGDescriptor {
  /// Settings that skimage accepts: any cell and block, and windows that need not be whole cells.
  package static func random(using generator: inout some RandomNumberGenerator) -> HOGDescriptor {
    let cell = (
      rows: Int.random(in: 1...7, using: &generator),
      columns: Int.random(in: 1...7, using: &generator)
    )
    let block = (
      rows: Int.random(in: 1...3, using: &generator),
      columns: Int.random(in: 1...3, using: &generator)
    )
    func side(cell: Int, block: Int) -> Int {
      max(
        2,
        cell * (block + Int.random(in: 0...4, using: &generator))
          + Int.random(in: 0..<cell, using: &generator))
    }
    return HOGDescriptor(
      window: PixelSize(
        width: side(cell: cell.columns, block: block.columns),
        height: side(cell: cell.rows, block: block.rows)),
      orientations: Int.random(in: 1...13, using: &generator),
      cellRows: cell.rows, cellColumns: cell.columns,
      blockRows: block.rows, blockColumns: block.columns,
      squareRoot: Bool.random(using: &generator),
      blockNorm: BlockNorm.allCases.randomElement(using: &generator)!)
  }
}

extension HOGDescriptor {
  /// Settings that OpenCV accepts: any cell, block and stride, and blocks that end at the window's edge.
  /// - Parameter clip: OpenCV keeps the first value that a process uses.
  package static func randomOpenCV(
    clip: Double = 0.2, using generator: inout some RandomNumberGenerator
  ) -> HOGDescriptor {
    func axis() -> (cell: Int, block: Int, stride: Int, window: Int) {
      let cell = Int.random(in: 2...8, using: &generator)
      let block = Int.random(in: 1...3, using: &generator)
      let stride = Int.random(in: 1...10, using: &generator)
      let blocks = Int.random(in: 0...4, using: &generator)
      return (cell, block, stride, cell * block + blocks * stride)
    }
    let (rows, columns) = (axis(), axis())
    return HOGDescriptor(
      window: PixelSize(width: columns.window, height: rows.window),
      orientations: .random(in: 4...18, using: &generator), cellRows: rows.cell,
      cellColumns: columns.cell, blockRows: rows.block, blockColumns: columns.block,
      squareRoot: .random(using: &generator),
      definition: .openCV(
        OpenCVParameters(
          strideRows: rows.stride, strideColumns: columns.stride,
          windowSigma: Bool.random(using: &generator)
            ? nil : .random(in: 1...12, using: &generator),
          clip: clip, isSigned: .random(using: &generator),
          usesColor: .random(using: &generator))))
  }

  /// Random settings of either descriptor.
  package static func randomOfEither(
    using generator: inout some RandomNumberGenerator
  ) -> HOGDescriptor {
    Bool.random(using: &generator) ? random(using: &generator) : randomOpenCV(using: &generator)
  }

  /// OpenCV's own settings for pedestrians.
  package static let people = HOGDescriptor(
    window: PixelSize(width: 64, height: 128), orientations: 9, cellRows: 8, cellColumns: 8,
    blockRows: 2, blockColumns: 2, squareRoot: true,
    definition: .openCV(OpenCVParameters(strideRows: 8, strideColumns: 8)))
}

extension GrayImage {
  /// A picture with one of several textures: noise, few grey levels (full of ties), a gradient with edges, or one
  /// grey with a few specks (empty blocks).
  /// - Parameter hog: if this uses colours, the picture has three channels, each with its own texture.
  package static func random(
    width: Int, height: Int, for hog: HOGDescriptor? = nil,
    using generator: inout some RandomNumberGenerator
  ) -> GrayImage {
    var planeCount = 1
    if case .openCV(let parameters)? = hog?.definition, parameters.usesColor { planeCount = 4 }
    let planes = (0..<planeCount).map { _ in
      randomPlane(width: width, height: height, using: &generator)
    }
    return GrayImage(
      width: width, height: height, pixels: planes[0], colors: Array(planes.dropFirst()))
  }

  private static func randomPlane(
    width: Int, height: Int, using generator: inout some RandomNumberGenerator
  ) -> [UInt8] {
    let texture = Int.random(in: 0..<4, using: &generator)
    let base = Int.random(in: 0...255, using: &generator)
    let slope = (
      x: Int.random(in: -3...3, using: &generator), y: Int.random(in: -3...3, using: &generator)
    )
    return (0..<(width * height)).map { index -> UInt8 in
      let (x, y) = (index % width, index / width)
      switch texture {
      case 0: return .random(in: 0...255, using: &generator)
      case 1: return [0, 1, 4, 9, 255].randomElement(using: &generator)!
      case 2: return UInt8(truncatingIfNeeded: base + slope.x * x + slope.y * y)
      default:
        return Int.random(in: 0..<40, using: &generator) == 0
          ? .random(in: 0...255, using: &generator) : UInt8(base)
      }
    }
  }
}

extension LinearSVM {
  /// A detector that has learned nothing: weights in −1...1, and probability ½ at margin 0.
  package static func random(
    _ hog: HOGDescriptor, using generator: inout some RandomNumberGenerator
  ) -> LinearSVM {
    LinearSVM(
      hog: hog,
      weights: (0..<hog.featureCount).map { _ in .random(in: -1...1, using: &generator) },
      bias: .random(in: -0.5...0.5, using: &generator), sigmoid: Sigmoid(a: -1, b: 0))
  }
}

extension HOGDescriptor {
  /// The lesson's settings for cars in side view.
  package static let lesson = HOGDescriptor(
    window: PixelSize(width: 96, height: 32), orientations: 9, cellRows: 4, cellColumns: 4,
    blockRows: 2, blockColumns: 2, squareRoot: true, blockNorm: .l1)
}
