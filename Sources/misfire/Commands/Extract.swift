internal import ArgumentParser
internal import Detection
internal import Settings
internal import Text
internal import Training

struct Extract: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Describe the objects, and random windows without them.",
    discussion: """
      Cuts the annotated objects of image_dataset out (percent_gt_images of them, offset pixels \
      around each box, mirrored too where use_flip says so), draws \
      num_distractions_per_image windows from each of num_distraction_images random pictures \
      of image_distractions, and writes the features of all to features_path, label first. \
      Hard negatives that are in that file stay. What cannot be used is left out, and told.
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
