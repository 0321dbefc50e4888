extension Settings {
  /// Every key, in the order of the reference.
  static let sections: [SettingsSection] = [
    SettingsSection(
      title: "Pictures",
      keys: [
        SettingsKey(
          "image_dataset", \.imageDataset, .orNull(.path(.readOnly)), standard: "null",
          example: #""/var/lib/misfire/cars/images""#,
          "the folder of pictures that show the object; required by extract"),
        SettingsKey(
          "image_annotations", \.imageAnnotations, .orNull(.path(.readOnly)), standard: "null",
          example: #""/var/lib/misfire/cars/annotations""#,
          "their boxes: a folder of Caltech-101 .mat, Pascal VOC .xml or YOLO .txt files, or one COCO .json file;"
            + " null: each whole picture is one object"),
        SettingsKey(
          "object_class", \.objectClass, .orNull(.className), standard: "null",
          "the class of image_annotations that is the object: its name, or YOLO's number; required if there are several"
        ),
        SettingsKey(
          "image_distractions", \.imageDistractions, .orNull(.path(.readOnly)), standard: "null",
          example: #""/var/lib/misfire/scenes""#,
          "the folder of pictures without the object, with its subfolders; required by extract and by the batch of mine"
        ),
        SettingsKey(
          "percent_gt_images", \.percentGTImages, .number(in: 0...1), standard: "0.5",
          "the share of image_dataset's pictures used for training; the rest measures misses"
        ),
        SettingsKey(
          "offset", \.offset, .count(from: 0), standard: "5",
          "pixels added around each annotated box for learning; the boxes of detections do not include them"
        ),
        SettingsKey(
          "use_flip", \.useFlip, .flag, standard: "true",
          "whether to train on the mirror image of each positive too"),
        SettingsKey(
          "num_distraction_images", \.numDistractionImages, .count(from: 0), standard: "500",
          "the number of pictures of image_distractions to cut random negatives from"),
        SettingsKey(
          "num_distractions_per_image", \.numDistractionsPerImage, .count(from: 0),
          standard: "10", "the number of random negatives to cut from each of them"),
        SettingsKey(
          "validation_share", \.validationShare, .number(from: 0, below: 1), standard: "0.1",
          "the share of image_distractions held out, never trained on or mined, to measure false positives"
        ),
        SettingsKey(
          "object_clearance", \.objectClearance, .orNull(.count(from: 0)), standard: "null",
          "if set, negatives also come from the image_dataset pictures used for training, at least this many pixels away"
            + " from any object; for data sets without other pictures; all of their objects need boxes"
        ),
        SettingsKey(
          "max_megapixels", \.maxMegapixels, .number(in: 0.01...largestMegapixels), standard: "100",
          "pictures larger than this are refused before they are decoded"),
      ]),
    SettingsSection(
      title: "Features (a model works only with the values it was trained with)",
      keys: [
        SettingsKey(
          "window_dim", \.windowDim, .widthAndHeight, standard: nil, example: "[96, 32]",
          "the window's width and height in pixels"),
        SettingsKey(
          "descriptor", \.descriptor, .oneOf, standard: #""skimage""#,
          "the HOG variant: skimage's, as in the lesson, or OpenCV's, whose models run in OpenCV"
            + " unchanged"),
        SettingsKey(
          "orientations", \.orientations, .count(from: 1), standard: "9",
          "the number of bins over 180 degrees, or over 360 with signed_gradients"),
        SettingsKey(
          "pixels_per_cell", \.pixelsPerCell, .rowsAndColumns(of: "pixels"),
          standard: #"with "skimage" [4, 4], with "opencv" [8, 8]"#, example: "[4, 4]",
          "the rows and columns of pixels in a cell"),
        SettingsKey(
          "cells_per_block", \.cellsPerBlock, .rowsAndColumns(of: "cells"), standard: "[2, 2]",
          "the rows and columns of cells in a block"),
        SettingsKey(
          "normalize", \.normalize, .flag, standard: "true",
          "whether to compute gradients from the square roots of the grey values"),
        SettingsKey(
          "block_norm", \.blockNorm, .oneOf, standard: #""L1", with "opencv" "L2-Hys""#,
          example: #""L1""#, "the norm by which a block is divided; OpenCV has only one"),
        SettingsKey(
          "block_stride", \.blockStride, .orNull(.rowsAndColumns(of: "pixels")), standard: "null",
          "with \"opencv\": the distance between blocks, in rows and columns of pixels; null: one cell"
        ),
        SettingsKey(
          "window_sigma", \.windowSigma, .orNull(.number(above: 0)), standard: "null",
          "with \"opencv\": the sigma, in pixels, of the Gaussian that weights pixels by their distance from a block's"
            + " centre; null: an eighth of the sum of the block's sides"),
        SettingsKey(
          "l2hys_threshold", \.l2HysThreshold, .number(above: 0), standard: "0.2",
          "with \"opencv\": the limit to which a block's features are clipped before it is normalised again"
        ),
        SettingsKey(
          "signed_gradients", \.signedGradients, .flag, standard: "false",
          "with \"opencv\": whether opposite gradient directions count as different"),
        SettingsKey(
          "use_color", \.useColor, .flag, standard: "false",
          "with \"opencv\": whether each pixel takes the gradient of its strongest colour channel, as OpenCV does for"
            + " colour pictures, instead of the grey gradient"),
      ]),
    SettingsSection(
      title: "Training",
      keys: [
        SettingsKey(
          "C", \.c, .number(above: 0), standard: "0.01",
          "the SVM's regularisation parameter: the cost of a mistake relative to a wide margin"),
        SettingsKey(
          "class_weight", \.classWeight, .classWeight, standard: "null",
          "factors of C for the two classes; \"balanced\" gives both classes the same total weight"),
        SettingsKey(
          "validation_tolerance", \.validationTolerance, .number(in: 0...1), standard: "0.01",
          "how much higher than the live model's and the best so far a new model's log-average miss rate on held-out"
            + " pictures may be without it being refused; with fewer than 10 objects or 10 pictures held out, models"
            + " cannot be compared, so every new one that finds any object goes live"
        ),
        SettingsKey(
          "random_seed", \.randomSeed, .count(from: 0), standard: "42",
          "the seed of all random choices: the same seed, data and settings give the same model"
        ),
        SettingsKey(
          "threads", \.threads, .count(from: 1),
          standard: "the cores allowed by CPU affinity and control groups", example: "2",
          dependsOnMachine: true,
          "the number of threads for mining and training; results do not depend on it"),
        SettingsKey(
          "training_memory", \.trainingMemory, .memory,
          standard: "half of the machine's memory, or of its control group's limit",
          example: #""2 GiB""#, dependsOnMachine: true,
          "the most memory for training rows; further rows are read from disk in blocks; if it holds fewer than 256"
            + " rows, training uses only as many hard negatives as fit, the most confident"
        ),
      ]),
    SettingsSection(
      title: "Detecting",
      keys: [
        SettingsKey(
          "window_step", \.windowStep, .count(from: 1), standard: "half of hn_window_step",
          example: "2", "the distance in pixels between neighbouring windows of a layer"),
        SettingsKey(
          "pyramid_scale", \.pyramidScale, .number(above: 1), standard: "1.1",
          "the factor by which each layer is smaller than the one before"),
        SettingsKey(
          "padding", \.padding, .count(in: 0...16_384), standard: "0",
          "how many pixels of its layer, in whole window steps, a window may reach beyond the picture, to find objects"
            + " that the edge cuts off; the area outside repeats the edge pixels or, with \"opencv\", mirrors the picture"
            + " as OpenCV does"),
        SettingsKey(
          "upsample", \.upsample, .number(in: 1...16), standard: "1",
          "how many times larger than the picture the largest layer is; above 1 it finds objects smaller than the window"
        ),
        SettingsKey(
          "min_probability", \.minProbability, .number(in: 0...1), standard: "0.7",
          "windows above this are detections, unless target_fppi is set"),
        SettingsKey(
          "target_fppi", \.targetFPPI, .orNull(.number(in: 1e-6...1e6)), standard: "null",
          "the false positives per image that you accept, such as 0.1: each training then chooses the lowest"
            + " threshold with no more than that on the held-out pictures without the object, which replaces"
            + " min_probability"),
        SettingsKey(
          "overlap_thresh", \.overlapThresh, .number(in: 0...1), standard: "0.3",
          "of two detections that overlap by more than this, the less confident one is dropped"),
        SettingsKey(
          "overlap_measure", \.overlapMeasure, .oneOf, standard: #""window""#,
          "how overlap is measured: \"window\": the share of the less confident detection that the other covers, as"
            + " in the lesson; \"union\": intersection over union; 0.5 is typical for objects close together"
        ),
      ]),
    SettingsSection(
      title: "Mining hard negatives",
      keys: [
        SettingsKey(
          "hn_num_distraction_images", \.hnNumDistractionImages, .count(from: 0), standard: "50",
          "the number of pictures of image_distractions that the batch of mine chooses"),
        SettingsKey(
          "hn_window_step", \.hnWindowStep, .count(from: 1), standard: "4",
          "window_step for mining"),
        SettingsKey(
          "hn_pyramid_scale", \.hnPyramidScale, .number(above: 1), standard: "1.5",
          "pyramid_scale for mining"),
        SettingsKey(
          "hn_min_probability", \.hnMinProbability, .number(in: 0...1), standard: "0.51",
          "windows above this are hard negatives"),
        SettingsKey(
          "hn_min_margin", \.hnMinMargin, .orNull(.number), standard: "null",
          "if set, windows with a margin above this are hard negatives, whatever their probability; with few"
            + " positives, -1 finds far more than any probability does: also set hn_max_per_image, for example to 20"
        ),
        SettingsKey(
          "hn_max_per_image", \.hnMaxPerImage, .orNull(.count(from: 1)), standard: "null",
          "the most hard negatives kept per picture, the most confident ones; if this and hn_overlap_thresh are null,"
            + " all are kept, except that a picture dropped into the inbox with more than hn_retrain_threshold keeps"
            + " only that many, none overlapping another by more than half"),
        SettingsKey(
          "hn_overlap_thresh", \.hnOverlapThresh, .orNull(.number(in: 0...1)), standard: "null",
          "of hard negatives in one picture that overlap by more than this (intersection over union), only"
            + " the most confident is kept"),
        SettingsKey(
          "hn_review_percentile", \.hnReviewPercentile, .orNull(.number(in: 0...100)),
          standard: "75",
          "a hard negative whose margin is above this percentile of the held-out objects may show the object, so it"
            + " waits for `misfire review`; null: none waits"),
        SettingsKey(
          "hn_remine", \.hnRemine, .flag, standard: "false",
          "whether the idle daemon mines the mined pictures again with each new generation"),
        SettingsKey(
          "hn_retrain_threshold", \.hnRetrainThreshold, .count(from: 1), standard: "200",
          "the number of new hard negatives that starts a training"),
        SettingsKey(
          "hn_max_rows", \.hnMaxRows, .orNull(.count(from: 1)), standard: "100000",
          "the most hard negatives in features_path: when a training leaves more, those beyond the margins of the last"
            + " three generations are retired, until three quarters of the limit are left; null: no limit"
        ),
      ]),
    SettingsSection(
      title: "The service",
      keys: [
        SettingsKey(
          "hn_inbox", \.hnInbox, .path(.emptiedFolder), standard: "inbox beside this file",
          example: #""/var/lib/misfire/inbox""#,
          "the folder that the service watches for pictures without the object"),
        SettingsKey(
          "hn_mined", \.hnMined, .path(.filledFolder), standard: "mined beside this file",
          example: #""/var/lib/misfire/mined""#, "where mined pictures go"),
        SettingsKey(
          "hn_keep_mined", \.hnKeepMined, .keptPictures, standard: #""all""#,
          "which pictures stay in hn_mined: \"all\"; \"misfired\", those in which a detector misfired; a total size such"
            + " as \"20 GiB\" or an age such as \"90 days\", beyond which pictures are deleted, first those without hard"
            + " negatives, oldest first; pictures that wait for `misfire review` or were called an object stay"
        ),
        SettingsKey(
          "hn_quarantine", \.hnQuarantine, .path(.filledFolder),
          standard: "quarantine beside this file",
          example: #""/var/lib/misfire/quarantine""#,
          "where unusable pictures go, each with a NAME.reason.txt"),
        SettingsKey(
          "hn_quarantine_limit", \.hnQuarantineLimit, .count(from: 1), standard: "100000",
          "the most pictures in hn_quarantine; at the limit, further unusable files stay in the inbox until"
            + " `misfire quarantine prune` makes room"),
        SettingsKey(
          "hn_validation_share", \.hnValidationShare, .number(from: 0, below: 1), standard: "0",
          "the share of inbox pictures held out instead of mined, to measure false positives"),
        SettingsKey(
          "hn_settle_seconds", \.hnSettleSeconds, .number(in: 0...86_400), standard: "2",
          "how long a file that may still be being written must stay unchanged before it is mined"),
      ]),
    SettingsSection(
      title: "Stored data",
      keys: [
        SettingsKey(
          "features_path", \.featuresPath, .path(.ownFile), standard: nil,
          example: #""/var/lib/misfire/features.hdf5""#,
          "the HDF5 file of features and hard negatives"),
        SettingsKey(
          "classifier_path", \.classifierPath, .path(.ownFile), standard: nil,
          example: #""/var/lib/misfire/model.hdf5""#, "the live model"),
        SettingsKey(
          "state_path", \.statePath, .path(.ownFile), standard: "state.sqlite beside features_path",
          example: #""/var/lib/misfire/state.sqlite""#,
          "the ledger of pictures, hard negatives and generations"),
        SettingsKey(
          "models_path", \.modelsPath, .path(.ownFolder), standard: "models beside features_path",
          example: #""/var/lib/misfire/models""#, "the folder of every generation's model"),
        SettingsKey(
          "models_keep", \.modelsKeep, .orNull(.count(from: 1)), standard: "null",
          "how many of the last generations' models stay in models_path, besides the live one, a pinned one and the best"
            + " so far; null: all; each can be made live again, and is small"),
        SettingsKey(
          "log_path", \.logPath, .orNull(.path(.sharedFolder)), standard: "null",
          "a folder for log files, in addition to the journal or stderr"),
        SettingsKey(
          "report_path", \.reportPath, .orNull(.path(.ownFile)), standard: "null",
          "where the daemon writes an HTML report: curves, generations, the worst false positives"),
        SettingsKey(
          "metrics_path", \.metricsPath, .orNull(.path(.ownFile)), standard: "null",
          "where the daemon writes metrics for Prometheus' textfile collector"),
      ]),
  ]

  /// The keys of all sections.
  static let keys = sections.flatMap(\.keys)
}
