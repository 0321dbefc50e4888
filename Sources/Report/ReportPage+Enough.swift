internal import Corpus
internal import Detection
internal import Evaluation
internal import Mining
internal import Text
internal import Training

extension ReportPage {
  /// How many hard negatives are enough, and how many are too many.
  var enough: HTML {
    """
    <h2>How many hard negatives are enough?</h2>
    \(conclusions)\(missRatesByCount?.html ?? "")
    """
  }

  private var conclusions: HTML {
    guard let experiment else {
      return "<p>Not measured yet: run <code>misfire experiment</code>.</p>\n"
    }
    let lines: [HTML] = Experiment.Order.allCases.map { order in
      let told = experiment.conclusion(order, tolerance: tolerance)
      return """
        <tr><td>\(order.rawValue)</td><td>\(told.enoughInWords)</td>\
        <td>\(told.bestInWords)</td><td>\(told.tooManyInWords)</td></tr>

        """
    }
    return """
      <p>Measured by <code>misfire experiment</code> with parts of the \(experiment.hardNegatives.grouped) hard negatives; a
      difference of \(tolerance) in the log-average miss rate, or of one object or one false
      positive at the threshold, is not significant.</p>
      <table>
      <thead><tr><th scope="col">taken first</th><th scope="col">enough</th><th scope="col">best</th>\
      <th scope="col">too many</th></tr></thead>
      <tbody>
      \(lines)</tbody></table>

      """
  }

  /// The log-average miss rates of all generations, and of the experiment's detectors.
  private var missRatesByCount: Chart? {
    var series = [
      Chart.Series(
        name: "generations", style: .points,
        points: generations.compactMap { generation in
          generation.evaluation?.logAverage.map {
            Self.point(generation.state.record.hardNegatives, $0.value, of: generation.name)
          }
        })
    ]
    if let experiment {
      series += Experiment.Order.allCases.map { order in
        Chart.Series(
          name: "experiment, \(order.rawValue) first", style: .lines,
          points: experiment.trials.filter { $0.order == order }.map {
            Self.point($0.hardNegatives, $0.logAverageMissRate, of: "experiment")
          })
      }
    }
    let points = series.flatMap(\.points)
    guard let most = points.map(\.x).max() else { return nil }
    return Chart(
      title: "Log-average miss rate by hard negatives",
      x: .logarithmic("hard negatives", 1...max(10, most), hasZero: true),
      y: .linear("log-average miss rate", through: points.map(\.y)), series: series)
  }

  private static func point(_ count: Int, _ missRate: Double, of name: String) -> Chart.Point {
    Chart.Point(
      x: Double(count), y: missRate,
      meaning: "\(name): \(missRate.fixed(digits: 4)) with \(count.counted("hard negative"))")
  }
}
