internal import Corpus
internal import Detection
internal import Evaluation
internal import Foundation
internal import Mining
internal import SystemPackage
internal import Text
internal import Training

extension ReportPage {
  /// The whole page.
  var html: HTML {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8"/>
    <meta name="viewport" content="width=device-width, initial-scale=1"/>
    <title>\(Self.title)\(modelFile)</title>
    <style>\(Self.style)</style>
    </head>
    <body>
    <main>
    <h1>Misfire</h1>
    <p>The detector \(modelFile), as of \(time.formatted(.iso8601)).</p>
    \(summary)\(generationTable())\(hardestWindows)\(windowsForReview)</main>
    </body>
    </html>

    """
  }

  /// Overview, advice, and how good the detector is.
  package var summary: HTML { "\(overview)\(nextSteps)\(quality)\(enough)\(weights)" }

  private var overview: HTML {
    var facts = [
      ("Live model", liveModel + (live?.state.isPinned == true ? ", pinned" : "")),
      ("Pictures", status.picturesInWords),
      ("Hard negatives", status.hardNegatives.total.grouped),
      ("Mined pictures", status.saturationInWords),
      ("Next training", status.nextTrainingInWords),
      ("Learning", "\(status.learning.state.rawValue): \(status.learning.tried)"),
    ]
    if status.images.deleted > 0 {
      facts.insert(
        (
          "Deleted pictures",
          status.images.deleted.grouped
            + " because of hn_keep_mined: no later generation scans them, and their hard negatives cannot be recomputed"
        ), at: 2)
    }
    return "<dl>\(facts.map { "<dt>\($0)</dt><dd>\(HTML.sentence($1))</dd>" as HTML })</dl>\n"
  }

  /// As `misfire status` begins.
  private var nextSteps: HTML {
    func list(_ items: [String]) -> HTML {
      "<ul>\(items.map { "<li>\(HTML.sentence($0))</li>" as HTML })</ul>\n"
    }
    let wrong: HTML =
      advice.wrong.isEmpty ? "<p>No problems.</p>\n" : "<p>Problems:</p>\n\(list(advice.wrong))"
    return "<h2>What to do next</h2>\n\(wrong)<p>To do:</p>\n\(list(advice.steps))"
  }

  package var live: Generation? { generations.first(where: \.state.isLive) }

  private static let measures = [
    "number", "trained", "hard negatives", "log-average miss rate", "average precision",
    "miss rate", "false positives per image", "above probability", "state",
  ]

  /// Two generations side by side; empty if one of them does not exist.
  package func comparison(of left: Int, with right: Int) -> HTML {
    let two = [left, right].compactMap { number in generations.first { $0.number == number } }
    guard two.count == 2 else { return "" }
    let rows: [HTML] = zip(Self.measures, zip(two[0].cells, two[1].cells)).map { name, cells in
      "<tr><th scope=\"row\">\(name)</th><td>\(cells.0)</td><td>\(cells.1)</td></tr>\n"
    }
    let chart = missRates(of: left == right ? [two[0]] : two, workingAt: two)
    return "<table class=\"compare\"><tbody>\n\(rows)</tbody></table>\n\(chart?.html ?? "")"
  }

  /// All generations, the newest first.
  /// - Parameter actions: the actions for each; nil: none.
  package func generationTable(_ actions: ((Generation) -> HTML)? = nil) -> HTML {
    let names = Self.measures + (actions == nil ? [] : ["actions"]) + ["reason"]
    let rows = generations.reversed().map { generation in
      generation.cells + (actions.map { [$0(generation)] } ?? [])
        + ["\(generation.state.record.reason)"]
    }
    return "<h2>Generations</h2>\n\(HTML.table(names, words: ["reason"], rows))"
  }
}

extension ReportPage.Generation {
  /// The table's values except for the reason.
  fileprivate var cells: [HTML] {
    func cell(_ number: Double?, digits: Int, besideObjects: Bool = false) -> HTML {
      guard let number else { return "–" }
      return "\(number.fixed(digits: digits))\(besideObjects ? " beside objects" : "")"
    }
    let record = state.record
    let marks = [
      state.isLive ? "live" : nil, state.isPinned ? "pinned" : nil,
      record.isAccepted ? nil : "refused",
    ].compactMap(\.self).joined(separator: ", ")
    return [
      "\(number)", "\(record.time.formatted(.iso8601))", "\(record.hardNegatives.grouped)",
      cell(
        evaluation?.logAverage?.value, digits: 4,
        besideObjects: evaluation?.logAverageMissRate == nil),
      cell(evaluation?.averagePrecision, digits: 4), cell(evaluation?.missRate, digits: 3),
      cell(evaluation?.falsePositivesPerImage, digits: 3),
      cell(evaluation?.threshold?.probability ?? evaluation?.minProbability, digits: 3),
      "\(marks.isEmpty ? "–" : marks)",
    ]
  }
}
