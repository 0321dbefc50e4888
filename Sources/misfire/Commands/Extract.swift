internal import ArgumentParser
internal import Detection
internal import Settings
internal import Text
internal import Training

struct Extract: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Compute features of the objects, and of random windows without them.",
    discussion: """
      Cuts out the annotated objects of image_dataset (percent_gt_images of the pictures, with offset pixels \
      around each box, and mirrored copies if use_flip is set), draws \
      num_distractions_per_image windows from each of num_distraction_images random pictures \
      of image_distractions, and writes the features of all of them to features_path, label first. \
      Hard negatives already in that file are kept. What cannot be used is left out, with a message.
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var data: DataOptions

  @Flag(help: ArgumentHelp("Print the counts as JSON.", discussion: JSONShape.extraction))
  var json = false

  func run() throws {
    let setup = try common.setup()
    let bar = ProgressBar()
    let report = try Extraction(setup).run(isStrict: data.strict) { bar.show($0) }
    bar.finish()
    try data.tell(report.leftOut)
    if json { return try printJSON(report) }
    print(
      "\(report.positives.grouped) positive and \(report.negatives.counted("negative row")) of "
        + "\(report.columns.counted("feature")) in \(setup.files.features)")
  }
}
