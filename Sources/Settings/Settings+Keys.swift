extension Settings {
  /// Every key, in the order in which they are explained.
  static let sections: [SettingsSection] = [
    SettingsSection(
      title: "Pictures",
      keys: [
        SettingsKey(
          "image_dataset", \.imageDataset, .orNull(.path(.readOnly)), standard: "null",
          example: #""/var/lib/misfire/cars/images""#,
          "the folder of pictures that show the object; extract needs it"),
        SettingsKey(
          "image_annotations", \.imageAnnotations, .orNull(.path(.readOnly)), standard: "null",
          example: #""/var/lib/misfire/cars/annotations""#,
          "where their boxes are: a folder of Caltech-101 .mat, Pascal VOC .xml or YOLO .txt files, or one"
            + " COCO .json file; without it the whole picture is the object"),
        SettingsKey(
          "object_class", \.objectClass, .orNull(.className), standard: "null",
          "which class of image_annotations is the object: its name, or YOLO's number; needed where there are several"
        ),
        SettingsKey(
          "image_distractions", \.imageDistractions, .orNull(.path(.readOnly)), standard: "null",
          example: #""/var/lib/misfire/scenes""#,
          "the folder of pictures without the object, with its subfolders; extract and the batch of mine need it"
        ),
        SettingsKey(
          "percent_gt_images", \.percentGTImages, .number(in: 0...1), standard: "0.5",
          "the share of image_dataset's pictures that is drawn for training; the rest measures misses"
        ),
        SettingsKey(
          "offset", \.offset, .count(from: 0), standard: "5",
          "pixels added around each annotated box to learn from; the boxes of detections are without them"
        ),
        SettingsKey(
          "use_flip", \.useFlip, .flag, standard: "true",
          "whether each positive is also trained on mirrored left to right"),
        SettingsKey(
          "num_distraction_images", \.numDistractionImages, .count(from: 0), standard: "500",
          "how many pictures of image_distractions random negatives are cut from"),
        SettingsKey(
          "num_distractions_per_image", \.numDistractionsPerImage, .count(from: 0),
          standard: "10", "how many random negatives are cut from each of them"),
        SettingsKey(
          "validation_share", \.validationShare, .number(from: 0, below: 1), standard: "0.1",
          "the share of image_distractions held out, never drawn or mined, to measure false positives"
        ),
        SettingsKey(
          "object_clearance", \.objectClearance, .orNull(.count(from: 0)), standard: "null",
          "where set, negatives also come from the pictures of image_dataset that are drawn for training, no nearer to an"
            + " object than so many pixels, for whoever has only such pictures; all of their objects need boxes"
        ),
        SettingsKey(
          "max_megapixels", \.maxMegapixels, .number(in: 0.01...largestMegapixels), standard: "100",
          "larger pictures are refused before they are decoded"),
      ]),
    SettingsSection(
      title: "Features (a model belongs to the values it was trained with)",
      keys: [
        SettingsKey(
          "window_dim", \.windowDim, .widthAndHeight, standard: nil, example: "[96, 32]",
          "the window's width and height in pixels"),
        SettingsKey(
          "descriptor", \.descriptor, .oneOf, standard: #""skimage""#,
          "whose HOG describes a window: skimage's, as in the lesson, or OpenCV's, whose models run in OpenCV as"
            + " they are"),
        SettingsKey(
          "orientations", \.orientations, .count(from: 1), standard: "9",
          "bins over 180 degrees, or 360 where gradients are signed"),
        SettingsKey(
          "pixels_per_cell", \.pixelsPerCell, .rowsAndColumns(of: "pixels"),
          standard: #"with "skimage" [4, 4], with "opencv" [8, 8]"#, example: "[4, 4]",
          "a cell's rows and columns of pixels"),
        SettingsKey(
          "cells_per_block", \.cellsPerBlock, .rowsAndColumns(of: "cells"), standard: "[2, 2]",
          "a block's rows and columns of cells"),
        SettingsKey(
          "normalize", \.normalize, .flag, standard: "true",
          "whether gradients are taken of the grey values' square roots"),
        SettingsKey(
          "block_norm", \.blockNorm, .oneOf, standard: #""L1", with "opencv" "L2-Hys""#,
          example: #""L1""#, "the norm that a block is divided by; OpenCV has but one"),
        SettingsKey(
          "block_stride", \.blockStride, .orNull(.rowsAndColumns(of: "pixels")), standard: "null",
          "with \"opencv\": how far blocks are apart, in rows and columns of pixels; null: one cell"
        ),
        SettingsKey(
          "window_sigma", \.windowSigma, .orNull(.number(above: 0)), standard: "null",
          "with \"opencv\": the Gaussian, in pixels, by which pixels far from a block's centre count less; null:"
            + " an eighth of the sum of its sides"),
        SettingsKey(
          "l2hys_threshold", \.l2HysThreshold, .number(above: 0), standard: "0.2",
          "with \"opencv\": what a block's features are cut at before it is normalised again"),
        SettingsKey(
          "signed_gradients", \.signedGradients, .flag, standard: "false",
          "with \"opencv\": whether opposite directions of a gradient count as different"),
        SettingsKey(
          "use_color", \.useColor, .flag, standard: "false",
          "with \"opencv\": whether each pixel has the gradient of its strongest colour, as OpenCV takes it of a"
            + " picture in colours, or that of its grey"),
      ]),
    SettingsSection(
      title: "Training",
      keys: [
        SettingsKey(
          "C", \.c, .number(above: 0), standard: "0.01",
          "what a mistake costs against a wide margin"),
        SettingsKey(
          "class_weight", \.classWeight, .classWeight, standard: "null",
          "factors of C for the two classes; \"balanced\" makes both weigh the same in all"),
        SettingsKey(
          "validation_tolerance", \.validationTolerance, .number(in: 0...1), standard: "0.01",
          "by how much more than the live model and the best so far a new one may miss on held-out pictures"
            + " and still go live (log-average miss rate), where these can tell; with fewer than 10 objects or"
            + " 10 pictures held out every new one does"
        ),
        SettingsKey(
          "random_seed", \.randomSeed, .count(from: 0), standard: "42",
          "what every random choice starts from: the same seed, data and settings give the same model"
        ),
        SettingsKey(
          "threads", \.threads, .count(from: 1),
          standard: "the cores that affinity and control groups leave", example: "2",
          dependsOnMachine: true,
          "how many threads mine and train; results do not depend on it"),
        SettingsKey(
          "training_memory", \.trainingMemory, .memory,
          standard: "half of the machine's memory, or of its control group's limit",
          example: #""2 GiB""#, dependsOnMachine: true,
          "the most memory that the rows trained on may take; more rows are read from disk in blocks, and where it"
            + " holds fewer than 256, only as many hard negatives are trained on as fit, the most confident"
        ),
      ]),
    SettingsSection(
      title: "Detecting",
      keys: [
        SettingsKey(
          "window_step", \.windowStep, .count(from: 1), standard: "half of hn_window_step",
          example: "2", "pixels between neighbouring windows of a layer"),
        SettingsKey(
          "pyramid_scale", \.pyramidScale, .number(above: 1), standard: "1.1",
          "how many times smaller each layer is than the one before"),
        SettingsKey(
          "padding", \.padding, .count(from: 0), standard: "0",
          "by how many pixels of its layer, in whole window steps, a window may reach beyond the picture, for objects"
            + " that its edge cuts; there lie the pixels of the edge, or with \"opencv\" the picture mirrored, as"
            + " there"),
        SettingsKey(
          "upsample", \.upsample, .number(in: 1...16), standard: "1",
          "how many times larger than the picture the largest layer is: above 1 for objects smaller than the window"
        ),
        SettingsKey(
          "min_probability", \.minProbability, .number(in: 0...1), standard: "0.7",
          "windows above this are detections, unless there is a target_fppi"),
        SettingsKey(
          "target_fppi", \.targetFPPI, .orNull(.number(above: 0)), standard: "null",
          "the false positives per image that you can live with, say 0.1: each training then chooses the lowest"
            + " threshold that has no more on the held-out pictures without the object, and windows above it are"
            + " detections instead of those above min_probability"),
        SettingsKey(
          "overlap_thresh", \.overlapThresh, .number(in: 0...1), standard: "0.3",
          "of two detections that overlap by more than this, the less confident one is dropped"),
        SettingsKey(
          "overlap_measure", \.overlapMeasure, .oneOf, standard: #""window""#,
          "how overlap is measured: \"window\": the share of the less confident detection that the other covers, as"
            + " in the lesson; \"union\": intersection over union, for which 0.5 is usual where objects stand close"
        ),
      ]),
    SettingsSection(
      title: "Mining hard negatives",
      keys: [
        SettingsKey(
          "hn_num_distraction_images", \.hnNumDistractionImages, .count(from: 0), standard: "50",
          "how many pictures of image_distractions the batch of mine draws"),
        SettingsKey(
          "hn_window_step", \.hnWindowStep, .count(from: 1), standard: "4",
          "as window_step, for mining"),
        SettingsKey(
          "hn_pyramid_scale", \.hnPyramidScale, .number(above: 1), standard: "1.5",
          "as pyramid_scale, for mining"),
        SettingsKey(
          "hn_min_probability", \.hnMinProbability, .number(in: 0...1), standard: "0.51",
          "windows above this are hard negatives"),
        SettingsKey(
          "hn_min_margin", \.hnMinMargin, .orNull(.number), standard: "null",
          "where set, windows of a margin above this are hard negatives, whatever their probability; with few"
            + " positives -1 finds far more than any probability: set hn_max_per_image with it, say to 20"
        ),
        SettingsKey(
          "hn_max_per_image", \.hnMaxPerImage, .orNull(.count(from: 1)), standard: "null",
          "the most hard negatives kept of one picture, the most confident ones; null with hn_overlap_thresh null:"
            + " all, but of a picture dropped into the inbox that has more than hn_retrain_threshold at most so many,"
            + " none of which overlap by more than half"),
        SettingsKey(
          "hn_overlap_thresh", \.hnOverlapThresh, .orNull(.number(in: 0...1)), standard: "null",
          "of one picture's hard negatives that overlap by more than this (intersection over union) only"
            + " the most confident is kept"),
        SettingsKey(
          "hn_review_percentile", \.hnReviewPercentile, .orNull(.number(in: 0...100)),
          standard: "75",
          "a hard negative with a larger margin than this percentile of the held-out objects waits for"
            + " `misfire review`, since it may well show the object; null: none does"),
        SettingsKey(
          "hn_remine", \.hnRemine, .flag, standard: "false",
          "whether the idle daemon looks at the mined pictures again with each new generation"),
        SettingsKey(
          "hn_retrain_threshold", \.hnRetrainThreshold, .count(from: 1), standard: "200",
          "how many new hard negatives bring about a retraining"),
        SettingsKey(
          "hn_max_rows", \.hnMaxRows, .orNull(.count(from: 1)), standard: "100000",
          "the most hard negatives in features_path: where a training leaves more, those are retired that lie beyond the"
            + " margins of the last three generations, until three quarters of it are left; null: no limit"
        ),
      ]),
    SettingsSection(
      title: "The service",
      keys: [
        SettingsKey(
          "hn_inbox", \.hnInbox, .path(.emptiedFolder), standard: "inbox beside this file",
          example: #""/var/lib/misfire/inbox""#,
          "the folder that is watched for pictures without the object"),
        SettingsKey(
          "hn_mined", \.hnMined, .path(.filledFolder), standard: "mined beside this file",
          example: #""/var/lib/misfire/mined""#, "where mined pictures go"),
        SettingsKey(
          "hn_keep_mined", \.hnKeepMined, .keptPictures, standard: #""all""#,
          "which pictures stay in hn_mined: \"all\"; \"misfired\", those in which a detector misfired; a size such as \"20"
            + " GiB\" or an age such as \"90 days\", beyond which pictures are deleted, first those that gave nothing, the"
            + " oldest first. What waits for `misfire review` or was called an object stays"),
        SettingsKey(
          "hn_quarantine", \.hnQuarantine, .path(.filledFolder),
          standard: "quarantine beside this file",
          example: #""/var/lib/misfire/quarantine""#,
          "where pictures go that cannot be read, each with a NAME.reason.txt"),
        SettingsKey(
          "hn_quarantine_limit", \.hnQuarantineLimit, .count(from: 1), standard: "100000",
          "the most pictures in hn_quarantine: where there are so many, further ones that cannot be used stay in the"
            + " inbox until `misfire quarantine prune` makes room"),
        SettingsKey(
          "hn_validation_share", \.hnValidationShare, .number(from: 0, below: 1), standard: "0",
          "the share of the inbox held out, not mined, to measure false positives"),
        SettingsKey(
          "hn_settle_seconds", \.hnSettleSeconds, .number(in: 0...86_400), standard: "2",
          "how long a file that may still be written to must lie unchanged"),
      ]),
    SettingsSection(
      title: "What is kept",
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
          "how many of the last generations' models stay in models_path, beside the live one, a pinned one and the best so"
            + " far; null: all, as each may be gone back to and takes little room"),
        SettingsKey(
          "log_path", \.logPath, .orNull(.path(.sharedFolder)), standard: "null",
          "a folder for log files, beside the journal or stderr"),
        SettingsKey(
          "report_path", \.reportPath, .orNull(.path(.ownFile)), standard: "null",
          "where the daemon keeps an HTML report: curves, generations, the hardest windows"),
        SettingsKey(
          "metrics_path", \.metricsPath, .orNull(.path(.ownFile)), standard: "null",
          "where metrics are written for Prometheus' textfile collector"),
      ]),
  ]

  /// The keys of all sections.
  static let keys = sections.flatMap(\.keys)
}
