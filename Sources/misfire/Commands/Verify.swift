internal import ArgumentParser
internal import Corpus
internal import Settings
internal import SystemPackage
internal import Text
internal import Verification

struct Verify: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Compare the ledger, the HDF5 file, the models and the mined pictures.",
    discussion: """
      Without --repair it only reads, including every mined picture, and exits with 1 if something \
      is wrong. While a daemon mines, it may see a state in between: stop the daemon first, or \
      verify again. Always stop it before a repair.
      """)

  @OptionGroup var common: CommonOptions

  @Flag(
    help: """
      Finish what a crash interrupted, rebuild the HDF5 file's hard negatives from the mined \
      pictures if they differ from the ledger, and recompute the features of those that were mined \
      with other settings and have not been added to it yet.
      """)
  var repair = false

  @Flag(
    help:
      "With --repair: give up hard negatives that must be rebuilt, but whose pictures cannot be found."
  )
  var forget = false

  @Flag(
    help: ArgumentHelp(
      "Print one line of JSON for each problem.",
      discussion: #"{"path", "problem", "remedy"}"#))
  var json = false

  func validate() throws {
    guard repair || !forget else { throw ValidationError("--forget goes with --repair") }
  }

  func run() throws {
    let setup = try common.setup()
    let verification = try Verification(of: setup.files, for: setup.hog)
    if repair,
      let rebuilt = try verification.repair(
        in: setup.folders, setup.mining, by: setup.reader, isForgetting: forget)
    {
      note("rebuilt \(rebuilt.hardNegatives.counted("hard negative"))")
      for image in rebuilt.lost {
        note("lost those of \(image.name), whose picture is gone")
      }
    }
    let findings =
      try verification.findings()
      + verification.pictureFindings(in: setup.folders, threads: setup.threads)
    for finding in findings {
      if json { try printJSON(Line(finding)) } else { print(finding) }
    }
    let deleted = try verification.ledger.counts().deleted
    if deleted > 0 {
      let lost = try verification.ledger.hardNegativesOfDeleted()
      note(
        """
        misfire: \(deleted.counted("picture")) \(deleted == 1 ? "was" : "were") deleted because of hn_keep_mined: no later \
        generation scans them, and \(lost.counted("hard negative")) of the HDF5 file could not be recomputed
        """)
    }
    guard findings.isEmpty else { throw ExitCode.failure }
    if !json { print("all is well") }
  }

  /// A finding as `--json` shows it.
  private struct Line: Encodable {
    let path, problem, remedy: String

    init(_ finding: Finding) {
      path = finding.path.string
      problem = finding.problem
      remedy =
        switch finding.remedy {
        case .recovery: "the next start"
        case .rebuilding: "misfire verify --repair"
        case .advice(let advice): advice
        }
    }
  }
}
