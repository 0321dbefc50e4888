internal import Corpus
internal import Detection
internal import Mining
internal import Settings

extension ReportPage {
  /// How good the live model is on held-out pictures.
  var quality: HTML {
    """
    <h2>How good is it?</h2>
    <p>\(measured)</p>
    \(missRates?.html ?? "")
    """
  }

  private var measured: String {
    guard let evaluation = live?.evaluation else { return "No live model has been measured." }
    let heldOut =
      "\(evaluation.objects.counted("object")) and \(evaluation.negatives.counted("picture")) without "
      + "one that it has not learnt from"
    guard let missRate = evaluation.missRate, let misfires = evaluation.falsePositivesPerImage,
      let average = evaluation.logAverageMissRate
    else { return "There is too little to measure it with: \(heldOut)." }
    let threshold =
      evaluation.minProbability.map { "\($0)" } ?? "the min_probability of its training"
    return
      "On \(heldOut), it misses \((missRate * 100).fixed(digits: 1)) % of the objects and has "
      + "\(misfires.fixed(digits: 3)) false positives per image with detections above "
      + "\(threshold). Its log-average miss rate is \(average.fixed(digits: 4))."
  }

  /// Of the first model, the one that was live before and the live one.
  private var missRates: Chart? {
    let accepted = generations.filter { $0.state.record.isAccepted || $0.state.isLive }
    let before = accepted.last { $0.number < live?.number ?? 0 }
    let chosen = Set([accepted.first, before, live].compactMap(\.?.number))
    let shown = accepted.filter {
      chosen.contains($0.number) && $0.evaluation?.curve.isEmpty == false
    }
    guard let objects = shown.compactMap(\.evaluation?.objects).max(), objects > 0 else {
      return nil
    }
    return Chart(
      title: "Misses against false positives per image",
      x: .logarithmic("false positives per image", 0.01...10),
      y: .logarithmic("miss rate", 0.5 / Double(objects)...1),
      series: shown.map { generation in
        Chart.Series(
          name: generation.name + (generation.state.isLive ? " (live)" : ""),
          style: .steps, points: Self.corners(of: generation.evaluation!.curve))
      })
  }

  /// Of the points with the same false positives that which misses least.
  private static func corners(of curve: [EvaluationReport.Point]) -> [Chart.Point] {
    curve.indices.filter { index in
      index + 1 == curve.count
        || curve[index + 1].falsePositivesPerImage > curve[index].falsePositivesPerImage
    }.map { index in
      let point = curve[index]
      return Chart.Point(
        x: point.falsePositivesPerImage, y: point.missRate,
        meaning: "misses \(point.missRate.fixed(digits: 3)) at "
          + "\(point.falsePositivesPerImage.fixed(digits: 3)) false positives per image, "
          + "margin \(point.margin.fixed(digits: 2))")
    }
  }
}
