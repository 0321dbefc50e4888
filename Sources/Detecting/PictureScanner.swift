package import Detection
internal import Pictures
internal import Raster
internal import Synchronization

/// A window of a picture whose margin exceeds what the scan asked for.
package struct ScanHit: Hashable, Sendable {
  /// Where it lies in the picture; it may reach beyond the edges, or be entirely outside: see `Pyramid.box`.
  package let box: Box
  /// The pyramid's layer it was found in; 0 is the picture itself, layers below 0 are larger.
  package let layer: Int
  /// w·x + b
  package let margin: Double
}

/// The result of a scan.
package struct PictureScan: Sendable, Equatable {
  /// How many windows were scored.
  package let windows: Int
  /// The windows above the minimum margin, by layer, then top to bottom, then left to right.
  package let hits: [ScanHit]

  /// Those that lie in the picture at least in part; windows outside show nothing of it.
  /// - Parameter objects: windows that show a pixel of these are left out.
  package func hits(in picture: GrayImage, besides objects: [Box] = []) -> [ScanHit] {
    hits(besides: objects).filter { !$0.box.clipped(to: picture.size).isEmpty }
  }

  /// Those that show no pixel of these objects.
  package func hits(besides objects: [Box]) -> [ScanHit] {
    hits.filter { hit in !objects.contains { hit.box.overlaps($0) } }
  }
}

/// Scans every window of a picture, at every position and scale.
package struct PictureScanner: Sendable {
  package let pyramidScale: Double
  private let upsample: Double
  /// How many pixels of its layer a window may reach beyond the picture: whole steps.
  private let padding: Int
  private let scanner: LayerScanner
  private let workspaces: ScanWorkspacePool

  /// - Parameters:
  ///   - step: the distance of neighbouring windows in pixels of their layer, at least 1.
  ///   - pyramidScale: how many times smaller each layer is than the one before, above 1.
  ///   - upsample: how many times larger than the picture the largest layer is, at least 1.
  ///   - padding: by how many pixels of its layer a window may reach beyond the picture, rounded up to whole steps.
  ///   - minimumMargin: windows with a margin above this are hits.
  package init(
    model: LinearSVM, step: Int, pyramidScale: Double, upsample: Double = 1, padding: Int = 0,
    minimumMargin: Double
  ) {
    precondition(step >= 1 && pyramidScale > 1, "step \(step), pyramid scale \(pyramidScale)")
    self.pyramidScale = pyramidScale
    self.upsample = upsample
    self.padding = (padding + step - 1) / step * step
    scanner = LayerScanner(model: model, step: step, minimumMargin: minimumMargin)
    workspaces = ScanWorkspacePool(for: scanner)
  }

  package var model: LinearSVM { scanner.model }

  /// Scores every window of the picture.
  ///
  /// The result does not depend on the number of threads.
  package func scan(_ image: GrayImage, threads: Int = 1) -> PictureScan {
    let (pyramid, windows, hits) = scanTiles(of: image, threads: threads) { _, layer, hits in
      hits.map { (layer, $0) }
    }
    return PictureScan(
      windows: windows,
      hits: hits.joined()
        .sorted { ($0.0, $0.1.y, $0.1.x) < ($1.0, $1.1.y, $1.1.x) }
        .map { layer, hit in
          ScanHit(
            box: pyramid.box(x: hit.x, y: hit.y, layer: layer), layer: layer, margin: hit.margin)
        })
  }

  /// The best margin at each place of a picture.
  ///
  /// - Precondition: the scanner's minimum margin is so low that every window is a hit.
  package func heat(of image: GrayImage, threads: Int) -> HeatMap {
    // Painted tile by tile: all windows of a large picture together would take gigabytes.
    let map = Mutex(HeatMap(of: image.size))
    _ = scanTiles(of: image, threads: threads) { pyramid, layer, hits in
      let step = pyramid.scale(ofLayer: layer) * Double(scanner.step)
      map.withLock { map in
        for hit in hits {
          map.add(
            pyramid.box(x: hit.x, y: hit.y, layer: layer), margin: Float(hit.margin), step: step)
        }
      }
    }
    return map.withLock { $0 }
  }

  /// Scans tile by tile.
  /// - Parameter body: receives the number of the tile's layer and its hits, in pixels of the layer.
  /// - Returns: also the number of windows, and the result of `body` for each tile.
  private func scanTiles<Result: Sendable>(
    of image: GrayImage, threads: Int,
    body: @Sendable (_ pyramid: Pyramid, _ layer: Int, _ hits: [LayerHit]) -> Result
  ) -> (Pyramid, windows: Int, [Result]) {
    let pyramid = Pyramid(
      image: image.size, scale: pyramidScale, window: model.hog.window, upsample: upsample)
    let smaller = pyramid.layers.dropFirst().reduce(into: [image]) { layers, size in
      layers.append(Raster.resize(layers.last!, to: size, threads: threads))
    }
    let larger = pyramid.enlarged.map { Raster.enlarge(image, to: $0) }
    let layers = (Array(larger.reversed()) + smaller).map { PaddedLayer(scanner, padding, $0) }
    let tiles = layers.indices.flatMap { layer in
      scanner.tiles(ofLayer: layers[layer].image.size).map { (layer, $0) }
    }
    let results = concurrentMap(count: tiles.count, threads: threads) { index in
      let (layer, tile) = tiles[index]
      let hits = workspaces.withWorkspace {
        scanner.scan(tile, of: layers[layer].image, using: $0)
      }
      return body(
        pyramid, layer - larger.count,
        hits.compactMap { layers[layer].place(of: $0, scanner.model.hog.window) })
    }
    let windows = layers.reduce(0) { $0 + scanner.windowCount(ofLayer: $1.searched) }
    return (pyramid, windows, results)
  }

  /// Computes features of a picture's boxes: each is cut out (as far as it lies inside) with its context, resized to the
  /// window and described.
  /// - Returns: one row of `model.hog.featureCount` floats per box, in the order of the boxes.
  package func features(of boxes: [Box], in image: GrayImage, threads: Int = 1) -> [Float] {
    let (hog, boxes) = (model.hog, boxes.map { $0.clipped(to: image.size) })
    // Windows of the picture itself need no resizing, and neighbours share most of their cells.
    let whole = boxes.indices.filter { boxes[$0].size == hog.window }
    let corners = whole.map { WindowCorner(x: boxes[$0].x0, y: boxes[$0].y0) }
    let groups = WindowCorner.groups(of: corners, hog)
    let resized = boxes.indices.filter { boxes[$0].size != hog.window }
    let cutter = WindowCutter(resized.map { boxes[$0] }, of: image, for: hog)
    return unsafe [Float](unsafeUninitializedCapacity: boxes.count * hog.featureCount) {
      rows, count in
      nonisolated(unsafe) let first = rows.baseAddress
      @Sendable func row(_ index: Int) -> UnsafeMutablePointer<Float> {
        unsafe first! + index * hog.featureCount
      }
      _ = concurrentMap(count: groups.count + resized.count, threads: threads) { task in
        workspaces.withWorkspace { workspace in
          if task < groups.count {
            let group = groups[task]
            unsafe workspace.describer.describe(image, group.map { corners[$0] }) {
              unsafe row(whole[group[$0]])
            }
          } else {
            let index = resized[task - groups.count]
            let window = cutter.window(of: boxes[index])
            unsafe workspace.describer.describe(window.image, [window.corner]) { _ in
              unsafe row(index)
            }
          }
        }
      }
      count = boxes.count * hog.featureCount
    }
  }

  /// A picture that is one whole window, resized to it.
  package func whole(_ image: GrayImage) -> (box: Box, features: [Float], margin: Double) {
    let box = Box(x0: 0, y0: 0, x1: image.width, y1: image.height)
    let features = features(of: [box], in: image)
    return (box, features, model.margin(of: features))
  }
}

/// A layer extended beyond its edges, as far as windows may reach.
private struct PaddedLayer: Sendable {
  let image: GrayImage
  /// The layer's own size, and how far windows may reach beyond it.
  private let size: PixelSize
  private let padding: Int
  /// How many pixels were added on each side.
  private let margin: Int

  /// - Parameter padding: whole steps.
  init(_ scanner: LayerScanner, _ padding: Int, _ layer: GrayImage) {
    size = layer.size
    self.padding = padding
    // One step more if features look beyond the window.
    margin = padding == 0 ? 0 : padding + (scanner.model.hog.contextPixels > 0 ? scanner.step : 0)
    image = margin == 0 ? layer : layer.padded(by: margin, scanner.model.hog.border)
  }

  /// The size of the area on which windows may lie.
  var searched: PixelSize {
    PixelSize(width: size.width + 2 * padding, height: size.height + 2 * padding)
  }

  /// A hit of the padded image in pixels of the layer; nil if it reaches too far beyond the edge.
  func place(of hit: LayerHit, _ window: PixelSize) -> LayerHit? {
    let (x, y) = (hit.x - margin, hit.y - margin)
    let isInside =
      x >= -padding && y >= -padding && x + window.width <= size.width + padding
      && y + window.height <= size.height + padding
    return isInside ? LayerHit(x: x, y: y, margin: hit.margin) : nil
  }
}
