internal import ArgumentParser
internal import Detection
internal import Durable
internal import Files
internal import Mining
internal import Pictures
internal import Settings
internal import SystemPackage
internal import Text

struct Init: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Look at pictures and write settings that fit them.",
    discussion: """
      Asks for the pictures of the object, their boxes, and the pictures without it, unless the options name them. \
      It says what it found there, and writes a commented settings file with a window size that fits the boxes. It \
      never replaces an existing file. An empty answer takes the default in brackets.
      """)

  @Option(
    help: ArgumentHelp("The folder of pictures of the object.", valueName: "folder"),
    completion: .directory)
  var objects: String?

  @Option(
    help: ArgumentHelp(
      "Where their boxes are.",
      discussion: """
        A folder of Caltech-101 .mat, Pascal VOC .xml or YOLO .txt files, or a COCO .json file; "none" means that each \
        picture is one object, cut out.
        """,
      valueName: "path"),
    completion: .file())
  var annotations: String?

  @Option(
    help: ArgumentHelp("The folder of pictures without the object.", valueName: "folder"),
    completion: .directory)
  var scenes: String?

  @Option(
    name: .customLong("class"),
    help: ArgumentHelp(
      "The class that is the object, if the boxes have several classes.", valueName: "name"))
  var className: String?

  @Option(
    help: ArgumentHelp("How many false positives per image you accept.", valueName: "number"))
  var targetFppi = 0.1

  @Option(
    help: ArgumentHelp(
      "The settings file to write.",
      discussion: """
        With a name other than \(SettingsFile.names[0]), such as trucks.json, it is for a further detector, which has an \
        inbox of its own and keeps what it learns in output-trucks.
        """,
      valueName: "file"),
    completion: .file())
  var output = SettingsFile.names[0]

  func validate() throws {
    guard targetFppi > 0, targetFppi.isFinite else {
      throw ValidationError("--target-fppi must be a number above 0")
    }
  }

  func run() throws {
    let target = FilePath(output).absolute
    try Self.newSettings.require(at: target)
    let folders = try asked()
    if let identity = FolderIdentity(of: folders.objects),
      identity == FolderIdentity(of: folders.scenes)
    {
      throw ValidationError(
        "\(folders.scenes) cannot hold both the pictures of the object and those without it: put them into separate folders"
      )
    }
    let text = SettingsText(folders, writtenTo: target, targetFPPI: targetFppi)
    let setup = try Setup.parse(text.toRead, path: target)
    let survey = try DataSurvey(setup.objects, setup.negatives, by: setup.reader)
    for line in survey.lines { print(line.printable) }
    for sentence in survey.leftOut.sentences { note("misfire: \(sentence)") }
    let chosen = try chosenClass(survey)
    let boxes = survey.objects(ofClass: chosen)
    guard !boxes.isEmpty else {
      throw NothingToLearn(
        description:
          "no object has a usable box, so nothing was written: fix what is listed "
          + "above, or name other annotations")
    }
    let proposal = WindowProposal(for: boxes)
    for line in proposal.lines(for: boxes, survey) { print(line.printable) }
    let whole = try text.whole(survey, class: chosen, proposal)
    // What is written must be readable: forbidden paths are reported here, before anything is written.
    _ = try Setup.parse(Array(whole.utf8), path: target)
    try Durable.createFolder(target.removingLastComponent())
    try Durable.write(whole.utf8, to: target, as: Self.newSettings)
    let isFound = SettingsFile.find(option: nil).path.absolute == target
    let option = isFound ? "" : " --conf \(output)"
    print("written to \(output)".printable)
    print("next: misfire extract\(option), then misfire train\(option)".printable)
  }

  private static let newSettings = OwnFile.new(orElse: "choose another name with --output")

  private func asked() throws -> PictureFolders {
    let objects =
      try self.objects ?? Question("pictures of the object", option: "--objects").answer()
    let guess = PictureFolders.annotations(beside: FilePath(objects))
    let annotations =
      try self.annotations
      ?? Question(
        "their boxes: a folder, or a COCO .json file", option: "--annotations",
        standard: guess ?? "none"
      ).answer()
    let scenes =
      try self.scenes ?? Question("pictures without the object", option: "--scenes").answer()
    return PictureFolders(
      objects: FilePath(objects), annotations: annotations == "none" ? nil : FilePath(annotations),
      scenes: FilePath(scenes))
  }

  /// - Throws: if there are several classes, and none is chosen.
  private func chosenClass(_ survey: DataSurvey) throws -> String? {
    let names = survey.classes.map(\.name)
    guard className != nil || names.count > 1 else { return names.first ?? nil }
    let chosen =
      try className
      ?? Question("which class is the object", option: "--class", standard: names[0]).answer()
    guard names.contains(chosen) else {
      let known = names.compactMap(\.self)
      throw ValidationError(
        known.isEmpty
          ? "no object has the class “\(chosen)”, because the annotations name no classes: leave --class out"
          : "no object has the class “\(chosen)”; the classes are \(known.joined(separator: ", "))")
    }
    return chosen
  }
}

/// Pictures from which nothing can be learnt.
private struct NothingToLearn: Error, CustomStringConvertible {
  let description: String
}
