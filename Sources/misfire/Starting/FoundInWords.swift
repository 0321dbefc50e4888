internal import Detection
internal import Mining
internal import Pictures
internal import Text

extension DataSurvey {
  /// What was found, for people.
  var lines: [String] {
    let classes = self.classes.map { name, count in
      "\(name.map { "“\($0)”" } ?? "no class") (\(count.grouped))"
    }
    let objects = self.classes.reduce(0) { $0 + $1.count }
    return [
      "pictures of the object  \(pictures.grouped), with \(objects.counted("box", "boxes"))"
        + (classes.isEmpty ? "" : ": \(classes.joined(separator: ", "))"),
      "pictures without it     \(scenes.count.grouped), \(spread(scenes.map(\.width))) by \(spread(scenes.map(\.height))) pixels",
    ]
  }
}

extension WindowProposal {
  /// What the boxes are like and what is proposed for them.
  func lines(for boxes: [PixelSize], _ survey: DataSurvey) -> [String] {
    let shapes = boxes.map { Double($0.width) / Double($0.height) }.sorted()
    var lines = [
      "boxes                   \(spread(boxes.map(\.width))) by \(spread(boxes.map(\.height))) pixels; "
        + "\(shapes[0].fixed(digits: 2)) to \(shapes.last!.fixed(digits: 2)) times as wide as high",
      "window                  \(window.width)×\(window.height) pixels in cells of \(cell)×\(cell)"
        + (upsample > 1 ? "; pictures are scanned up to \(upsample) times enlarged" : ""),
    ]
    if tooSmall > 0 { lines.append("too small for it        \(share(tooSmall, of: boxes))") }
    if tooLong > 0 {
      lines.append(
        "too long or high for it \(share(tooLong, of: boxes)): objects of several kinds or seen from several sides need "
          + "a detector each")
    }
    let small = survey.scenes.count {
      $0.width < window.width || $0.height < window.height
    }
    if small > 0 {
      lines.append(
        "smaller than the window \(small.counted("picture")) without the object, which cannot be used"
      )
    }
    return lines
  }

  private func share(_ count: Int, of boxes: [PixelSize]) -> String {
    "\(count.counted("object")) of \(boxes.count.grouped), which are not found"
  }
}

/// "96 to 180 (half of them up to 120)": the least, the greatest and the median.
private func spread(_ lengths: [Int]) -> String {
  let sorted = lengths.sorted()
  guard let least = sorted.first, let greatest = sorted.last else { return "0" }
  return least == greatest
    ? "\(least)" : "\(least) to \(greatest) (half of them up to \(sorted[(sorted.count - 1) / 2]))"
}
