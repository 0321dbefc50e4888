internal import ArgumentParser
internal import Settings

@main
struct Misfire: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Trains a HOG + linear-SVM detector and mines its hard negatives.",
    discussion: """
      The lesson, step by step:

        misfire init      looks at your pictures and writes settings that fit them
        misfire extract   features of the objects and of random windows without them → HDF5
        misfire train     trains a linear SVM on them, calibrates, measures and publishes it
        misfire mine      finds every window without the object that fools it → HDF5
        misfire train     again, now with the hard negatives
        misfire detect    finds the objects in pictures

      `misfired` mines pictures dropped into a folder, and retrains by itself.
      """,
    version: version,
    subcommands: [
      Init.self, Extract.self, Train.self, Mine.self, Merge.self, Detect.self, Evaluate.self,
      ExperimentCommand.self,
      Models.self, Export.self, Import.self, ReportCommand.self, Serve.self, Review.self,
      Forget.self, Retry.self, QuarantineCommand.self, Status.self, Check.self, Verify.self,
    ])
}
