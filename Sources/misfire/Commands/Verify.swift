internal import ArgumentParser
internal import Corpus
internal import Settings
internal import SystemPackage
internal import Text
internal import Verification

struct Verify: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Compare the ledger, the HDF5 file, the models and the kept pictures.",
    discussion: """
      It only reads, every kept picture too, unless it is to repair, and ends with 1 where something \
      is wrong. A daemon that mines meanwhile may make it see a moment in between: stop it first, or \
      look again. Stop it before a repair.
      """)

  @OptionGroup var common: CommonOptions

  @Flag(
    help: """
      Finish what a crash cut off, rebuild the HDF5 file's hard negatives from the kept \
      pictures where they are not what the ledger says, and describe those anew that were mined \
      with other settings and have not been added to it yet.
      """)
  var repair = false

  @Flag(help: "With --repair: give up the hard negatives of pictures that are nowhere to be found.")
  var forget = false

  @Flag(
    help: ArgumentHelp(
      "Print one line of JSON for each thing that is wrong.",
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
        note("lost those of \(image.name), a picture that is no longer kept")
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
        misfire: \(deleted.counted("picture")) \(deleted == 1 ? "was" : "were") deleted, as hn_keep_mined says: no later \
        generation looks at them, and \(lost.counted("hard negative")) of the HDF5 file could not be described anew
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
