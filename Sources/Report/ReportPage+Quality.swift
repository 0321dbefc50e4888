internal import Corpus
internal import Detection
internal import Evaluation
internal import Mining
internal import Text

extension ReportPage {
  /// How good the live model is on held-out pictures.
  var quality: HTML {
    """
    <h2>How good is it?</h2>
    <p>\(measured)</p>
    \(missRates?.html ?? "")\(reliability?.html ?? "")
    """
  }

  private var measured: String {
    guard let evaluation = live?.evaluation else { return "No live model has been measured." }
    let heldOut =
      "\(evaluation.objects.counted("object")) and \(evaluation.negatives.counted("picture")) without "
      + "one that it has not learnt from"
    guard let missRate = evaluation.missRate, let misfires = evaluation.falsePositivesPerImage,
      let average = evaluation.logAverage
    else { return "Too little is held out to measure it: \(heldOut)." }
    func surely(_ interval: Interval?) -> String { interval.map { " (\($0.inWords))" } ?? "" }
    let source =
      evaluation.threshold?.source == .targetFPPI
      ? ", which its training chose for target_fppi" : ""
    let better = evaluation.betterThresholdInWords.map { " Better: \($0)." } ?? ""
    return
      "On \(heldOut), it misses \((missRate * 100).fixed(digits: 1)) % of the objects"
      + "\(surely(evaluation.missRateInterval)) and has \(misfires.fixed(digits: 3)) false positives per "
      + "image\(surely(evaluation.falsePositivesPerImageInterval)) with detections above "
      + "\(evaluation.thresholdInWords)\(source). Its \(average.name) is "
      + "\(average.value.fixed(digits: 4))\(surely(evaluation.logAverageMissRateInterval)).\(better)"
  }

  /// Whether the live model's probabilities are right.
  private var reliability: Chart? {
    guard let measured = live?.evaluation?.reliability else { return nil }
    let error = measured.expectedCalibrationError.fixed(digits: 3)
    return Chart(
      title:
        "Probability against the share of detections that show the object (calibration error \(error))",
      x: .linear("probability", through: [1]),
      y: .linear("share that shows the object", through: [1]),
      series: [
        Chart.Series(
          name: "detections in held-out pictures", style: .lines,
          points: measured.bins.map { bin in
            Chart.Point(
              x: bin.probability, y: bin.objectShare,
              meaning: "of \(bin.detections.grouped) detections of probability "
                + "\(bin.probability.fixed(digits: 2)), \((bin.objectShare * 100).fixed(digits: 1)) % show it"
            )
          }),
        Chart.Series(
          name: "ideal", style: .lines,
          points: [0.0, 1].map { Chart.Point(x: $0, y: $0, meaning: "\(Int($0 * 100)) %") }),
      ])
  }

  /// Of the first model, the previously live one and the live one.
  private var missRates: Chart? {
    let accepted = generations.filter { $0.state.record.isAccepted || $0.state.isLive }
    let before = accepted.last { $0.number < live?.number ?? 0 }
    let chosen = Set([accepted.first, before, live].compactMap(\.?.number))
    return missRates(of: accepted.filter { chosen.contains($0.number) }, workingAt: [live])
  }

  /// - Parameter marked: those whose operating point is shown.
  func missRates(of generations: [Generation], workingAt marked: [Generation?]) -> Chart? {
    let shown = generations.filter { $0.evaluation?.curve.isEmpty == false }
    guard let objects = shown.compactMap(\.evaluation?.objects).max(), objects > 0 else {
      return nil
    }
    let marks = marked.compactMap(\.?.operatingPoint)
    return Chart(
      title: "Misses against false positives per image",
      x: .logarithmic("false positives per image", 0.01...10, hasZero: true),
      y: .logarithmic("miss rate", 0.5 / Double(objects)...1, hasZero: true),
      series: shown.map { generation in
        Chart.Series(
          name: generation.name + (generation.state.isLive ? " (live)" : ""),
          style: .steps, points: Self.corners(of: generation.evaluation!.curve))
      }
        + (marks.isEmpty
          ? [] : [Chart.Series(name: "operating point", style: .marks, points: marks)]))
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

extension ReportPage.Generation {
  /// Its misses and false positives, above the threshold at that time.
  fileprivate var operatingPoint: Chart.Point? {
    guard let evaluation, let missRate = evaluation.missRate,
      let misfires = evaluation.falsePositivesPerImage, let told = evaluation.pointInWords
    else { return nil }
    return Chart.Point(x: misfires, y: missRate, meaning: "\(name) \(told)")
  }
}
