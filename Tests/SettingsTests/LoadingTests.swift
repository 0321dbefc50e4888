import Detection
import SystemPackage
import TestSupport
import Testing

@testable import Settings

/// The keys that every file must have.
let required = """
  "features_path": "out/features.hdf5", "classifier_path": "out/model.hdf5", "window_dim": [96, 32]
  """

func parse(_ text: String) throws(SettingsError) -> Settings {
  try Settings.parse(Array(text.utf8), path: "/etc/misfire/misfire.json")
}

@Suite struct `Loading settings` {
  @Test func `takes the lesson's own file unchanged`() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending("cars.json")
      try Self.lesson.write(to: path)
      let settings = try Settings.load(path)
      #expect(settings.folder == folder)
      #expect(settings.imageDataset == folder.appending("car_side/images"))
      #expect(settings.imageAnnotations == folder.appending("car_side/annotations"))
      #expect(settings.imageDistractions == folder.appending("scenes"))
      #expect(settings.featuresPath == folder.appending("output/car_features.hdf5"))
      #expect(settings.classifierPath == "/var/cache/model.cpickle")
      #expect(
        settings.hog
          == HOGDescriptor(
            window: PixelSize(width: 96, height: 32), orientations: 9, cellRows: 4, cellColumns: 4,
            blockRows: 2, blockColumns: 2, squareRoot: true, blockNorm: .l1))
      #expect(settings.percentGTImages == 0.25)
      #expect(settings.useFlip == false)
      #expect(settings.pyramidScale == 1.6)
      #expect(settings.c == 1e-2)
      #expect(settings.hardness == .probability(above: 0.51))
    }
  }

  /// The lesson's file, with its style of JSON.
  static let lesson = """
    {
        /**** DATASET PATHS
        ****/
        "image_dataset": "car_side/images",
        "image_annotations": "car_side/annotations", // caltech101
        "image_distractions": "scenes",
        "features_path": "output/car_features.hdf5",
        "percent_gt_images": 0.25, "offset": 5, "use_flip": false,
        "num_distraction_images": 30, "num_distractions_per_image": 5,
        /**** HISTOGRAM OF ORIENTED GRADIENTS DESCRIPTOR ****/
        "orientations": 9, "pixels_per_cell": [4, 4], "cells_per_block": [2, 2], "normalize": true,
        "window_step": 4, "overlap_thresh": 0.3, "pyramid_scale": 1.6, "window_dim": [96, 32],
        "min_probability": 0.7,
        "classifier_path": "/var/cache/model.cpickle", "C": 1e-2,
        "hn_num_distraction_images": 50, "hn_window_step": 4, "hn_pyramid_scale": 1.5,
        "hn_min_probability": 0.51
    }
    """

  @Test func `gives what is left out its default`() throws {
    let settings = try parse("{ \(required) }")
    #expect(settings.hnInbox == "/etc/misfire/inbox")
    #expect(settings.hnMined == "/etc/misfire/mined")
    #expect(settings.hnQuarantine == "/etc/misfire/quarantine")
    #expect(settings.statePath == "/etc/misfire/out/state.sqlite")
    #expect(settings.modelsPath == "/etc/misfire/out/models")
    #expect(settings.imageAnnotations == nil)
    #expect(settings.logPath == nil)
    #expect(settings.threads >= 1)
    #expect(settings.trainingMemory > 1 << 24)
    #expect(settings.hog.blockNorm == .l1)
    #expect(settings.classWeight == .none)
    #expect(settings.randomSeed == 42)
    #expect(settings.hnRetrainThreshold == 200)
    #expect(settings.setup.reader.maximumPixels == 100_000_000)
  }

  @Test(arguments: [
    ("512", 512), (#""512""#, nil), (#""512 B""#, 512), (#""64KiB""#, 65_536),
    (#""1.5 GB""#, 1_500_000_000), (#""2 GiB""#, 2 << 30), (#""2 gigs""#, nil), ("-1", nil),
    (#""0.1 B""#, nil), (#""99999999 TiB""#, nil),
  ])
  func `reads sizes in memory`(written: String, bytes: Int?) throws {
    let settings = try? parse("{ \(required), \"training_memory\": \(written) }")
    #expect(settings?.trainingMemory == bytes)
  }

  @Test(arguments: [
    ("null", ClassWeight.none), (#""balanced""#, .balanced),
    (#"{"positive": 2.5, "negative": 1}"#, .weights(positive: 2.5, negative: 1)),
    (#"{"positive": 2}"#, nil), (#"{"positive": 0, "negative": 1}"#, nil), (#""even""#, nil),
  ])
  func `reads class weights`(written: String, weight: ClassWeight?) throws {
    let settings = try? parse("{ \(required), \"class_weight\": \(written) }")
    #expect(settings?.classWeight == weight)
  }

  @Test func `lets a margin replace the probability as the measure of hardness`() throws {
    let sigmoid = Sigmoid(a: -2, b: 0.5)
    let byMargin = try parse("{ \(required), \"hn_min_margin\": -1, \"hn_min_probability\": 0.9 }")
    #expect(byMargin.hardness == .margin(above: -1))
    #expect(byMargin.hardness.minimumMargin(calibratedBy: sigmoid) == -1)
    let byProbability = try parse("{ \(required), \"hn_min_probability\": 0.9 }")
    let margin = byProbability.hardness.minimumMargin(calibratedBy: sigmoid)
    #expect(abs(sigmoid.probability(of: margin) - 0.9) < 1e-12)
  }

  @Test func `detects more finely than it mines where it is not told otherwise`() throws {
    let silent = try parse("{ \(required) }")
    #expect(silent.hnWindowStep == 4 && silent.hnPyramidScale == 1.5)
    #expect(silent.windowStep == 2 && silent.pyramidScale == 1.1)
    #expect(try parse("{ \(required), \"hn_window_step\": 1 }").windowStep == 1)
    let told = try parse(
      "{ \(required), \"hn_window_step\": 8, \"window_step\": 6, \"pyramid_scale\": 1.5 }")
    #expect(told.windowStep == 6 && told.pyramidScale == 1.5)
  }

  @Test func `gives OpenCV's descriptor OpenCV's defaults`() throws {
    let opencv = try parse("{ \(required), \"descriptor\": \"opencv\" }").hog
    #expect(
      opencv
        == HOGDescriptor(
          window: PixelSize(width: 96, height: 32), orientations: 9, cellRows: 8, cellColumns: 8,
          blockRows: 2, blockColumns: 2, squareRoot: true,
          definition: .openCV(OpenCVParameters(strideRows: 8, strideColumns: 8))))
    let told = try parse(
      """
      { \(required), "descriptor": "opencv", "pixels_per_cell": [4, 8], "block_stride": [8, 16],
        "window_sigma": 3, "l2hys_threshold": 0.25, "signed_gradients": true, "use_color": true }
      """
    ).hog
    #expect(
      told.definition
        == .openCV(
          OpenCVParameters(
            strideRows: 8, strideColumns: 16, windowSigma: 3, clip: 0.25, isSigned: true,
            usesColor: true)))
    #expect(told.blocksDown == 4 && told.blocksAcross == 6)
  }

  @Test func `takes cells as rows and columns, the window as width and height`() throws {
    let settings = try parse(
      "{ \(required), \"pixels_per_cell\": [2, 8], \"cells_per_block\": [3, 1] }")
    #expect(settings.hog.cellRows == 2 && settings.hog.cellColumns == 8)
    #expect(settings.hog.blockRows == 3 && settings.hog.blockColumns == 1)
    #expect(settings.hog.window == PixelSize(width: 96, height: 32))
  }

  @Test func `leaves comments inside text alone and follows every escape`() throws {
    let settings = try parse(
      #"{ \#(required), "hn_inbox": "a /* b */ // \u00e9\ud83d\ude97\"\\\n", /*,*/ "C": 1 // "C": 2"#
        + "\n}")
    #expect(settings.hnInbox == "/etc/misfire/a /* b */ / é🚗\"\\\n")
    #expect(settings.c == 1)
  }

  @Test func `ends comments where the lesson does, and at any line end`() throws {
    #expect(try parse("/*/ section /*/ { \(required), /**/ \"C\": 1 }").c == 1)
    #expect(try parse("{ // classic Mac\r\(required),\r\"C\": 1\r}").c == 1)
  }

  @Test func `takes a whole number however it is written`() throws {
    let settings = try parse(
      #"{ \#(required), "orientations": 9.0, "hn_retrain_threshold": 2e2, "pixels_per_cell": [4.0, 40e-1] }"#
    )
    #expect(settings.hog.orientations == 9)
    #expect(settings.hnRetrainThreshold == 200)
    #expect(settings.hog.cellRows == 4 && settings.hog.cellColumns == 4)
  }

  @Test func `takes a path of any name`() throws {
    for name in ["./~/in", "./$HOME/in", "a$b/in", "a~/in", "a:/in"] {
      #expect(
        try parse("{ \(required), \"hn_inbox\": \"\(name)\" }").hnInbox
          == FilePath("/etc/misfire").pushing(FilePath(name)).lexicallyNormalized())
    }
  }

  @Test func `asks for a key only when something needs it`() throws {
    let setup = try parse(#"{ \#(required), "image_distractions": "../scenes" }"#).setup
    #expect(try setup.negatives.images.get() == "/etc/scenes")
    let refusal = #expect(throws: SettingsError.self) { try setup.objects.images.get() }
    #expect(refusal?.key == "image_dataset")
    #expect(
      refusal?.description
        == #"/etc/misfire/misfire.json: "image_dataset" is missing (the folder of pictures that show"#
        + #" the object; required by extract); add "image_dataset": "/var/lib/misfire/cars/images""#
    )
  }

  @Test func `says which file cannot be read`() {
    let refusal = #expect(throws: SettingsError.self) { try Settings.load("/nowhere/cars.json") }
    #expect(
      refusal?.description
        == "/nowhere/cars.json: the settings file cannot be read: No such file or directory; check that it exists and is readable"
    )
    #expect(throws: SettingsError.self) { try Settings.load("/") }
    #expect(throws: SettingsError.self) { try Settings.load("/dev/zero") }
  }
}

extension String {
  fileprivate func write(to path: FilePath) throws {
    let file = try FileDescriptor.open(
      path, .writeOnly, options: .create, permissions: .ownerReadWrite)
    _ = try file.closeAfter { try file.writeAll(Array(utf8)) }
  }
}
