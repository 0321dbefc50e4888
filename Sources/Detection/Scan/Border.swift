/// What lies beyond the edge of an image for windows that reach over it.
package enum Border: Sendable {
  /// The edge pixel, repeated.
  case repeated
  /// The image mirrored at the edge pixel, which appears once: OpenCV's BORDER_REFLECT_101.
  case mirrored

  /// Which of `count` pixels stands in for the one at `index`.
  func pixel(_ index: Int, of count: Int) -> Int {
    switch self {
    case .repeated: return min(max(index, 0), count - 1)
    case .mirrored:
      guard count > 1 else { return 0 }
      let period = 2 * (count - 1)
      let place = ((index % period) + period) % period
      return place < count ? place : period - place
    }
  }
}

extension GrayImage {
  /// The image with `pixels` more on each side.
  package func padded(by margin: Int, _ border: Border) -> GrayImage {
    let columns = (-margin..<(width + margin)).map { border.pixel($0, of: width) }
    return mapPlanes(width: columns.count, height: height + 2 * margin) { plane in
      var padded: [UInt8] = []
      padded.reserveCapacity(columns.count * (height + 2 * margin))
      for y in -margin..<(height + margin) {
        let first = border.pixel(y, of: height) * width
        for column in columns { padded.append(plane[first + column]) }
      }
      return padded
    }
  }
}

extension HOGDescriptor {
  /// The border that goes with the definition: OpenCV's own, so that it finds the same windows.
  package var border: Border {
    switch definition {
    case .skimage: .repeated
    case .openCV: .mirrored
    }
  }
}
