internal import Corpus
internal import Detection
internal import Evaluation
internal import Foundation
internal import Mining
internal import Settings
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
    <title>\(Self.title)\(settings.classifierPath)</title>
    <style>\(Self.style)</style>
    </head>
    <body>
    <h1>Misfire</h1>
    <p>The detector \(settings.classifierPath), as it was at \(time.formatted(.iso8601)).</p>
    \(overview)\(quality)\(enough)\(table)\(hardestWindows)\(doubtedWindows)</body>
    </html>

    """
  }

  private var overview: HTML {
    let facts = [
      ("Live model", liveModel + (live?.state.isPinned == true ? ", pinned" : "")),
      ("Pictures", status.picturesInWords),
      ("Hard negatives", status.hardNegatives.total.grouped),
      ("Mined pictures", status.saturationInWords),
      ("Next training", status.nextTrainingInWords),
      ("Learning", status.learning.inWords),
    ]
    return "<dl>\(facts.map { "<dt>\($0)</dt><dd>\($1)</dd>" as HTML })</dl>\n"
  }

  var live: Generation? { generations.first(where: \.state.isLive) }

  private var table: HTML {
    let rows: [HTML] = generations.reversed().map { generation in
      let (record, evaluation) = (generation.state.record, generation.evaluation)
      func cell(_ number: Double?, digits: Int, besideObjects: Bool = false) -> HTML {
        guard let number else { return "<td>–</td>" }
        return "<td>\(number.fixed(digits: digits))\(besideObjects ? " beside objects" : "")</td>"
      }
      let marks = [
        generation.state.isLive ? "live" : nil, generation.state.isPinned ? "pinned" : nil,
        record.isAccepted ? nil : "refused",
      ].compactMap(\.self).joined(separator: ", ")
      return """
        <tr><td>\(generation.number)</td><td>\(record.time.formatted(.iso8601))</td>\
        <td>\(record.hardNegatives.grouped)</td>\(cell(evaluation?.logAverage?.value, digits: 4, besideObjects: evaluation?.logAverageMissRate == nil))\
        \(cell(evaluation?.averagePrecision, digits: 4))\(cell(evaluation?.missRate, digits: 3))\
        \(cell(evaluation?.falsePositivesPerImage, digits: 3))\
        \(cell(evaluation?.threshold?.probability ?? evaluation?.minProbability, digits: 3))<td>\(marks)</td>\
        <td class="words">\(record.reason)</td></tr>

        """
    }
    return """
      <h2>Generations</h2>
      <table>
      <tr><th>number</th><th>trained</th><th>hard negatives</th><th>log-average miss rate</th>\
      <th>average precision</th><th>miss rate</th><th>false positives per image</th>\
      <th>above probability</th><th></th><th>why</th></tr>
      \(rows)</table>

      """
  }
}
