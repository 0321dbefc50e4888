internal import ArgumentParser
internal import Settings

@main
struct Misfire: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Trains a HOG + linear-SVM detector and mines its hard negatives.",
    discussion: """
      The lesson, step by step:

        misfire init      looks at your pictures, and writes settings that fit them
        misfire extract   features of the objects and of random windows without them → HDF5
        misfire train     a linear SVM on them, calibrated, measured and published
        misfire mine      every window of pictures without objects that fools it → HDF5
        misfire train     again, now with the hard negatives
        misfire detect    what it finds in a picture

      `misfired` does the last three for each picture dropped into a folder.
      """,
    version: version,
    subcommands: [
      Init.self, Extract.self, Train.self, Mine.self, Merge.self, Detect.self, Evaluate.self,
      ExperimentCommand.self,
      Models.self, Export.self, Import.self, ReportCommand.self, Serve.self, Review.self,
      Forget.self, Retry.self, QuarantineCommand.self, Status.self, Check.self, Verify.self,
    ])
}
