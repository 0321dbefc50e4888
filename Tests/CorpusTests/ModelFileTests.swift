import Detection
import HDF5
import SystemPackage
import TestSupport
import Testing

@testable import Corpus

@Suite struct `A model file` {
  /// Publishes a model and returns its path among the models.
  private func publish(_ model: ModelFile, in folder: FilePath) throws -> FilePath {
    let store = ModelStore(
      folder: folder.appending("models"), classifier: folder.appending("model.hdf5"))
    let ledger = try Ledger(folder.appending("state.sqlite"))
    try store.publish(model, training(model.generation!), in: ledger)
    return store.path(of: model.generation!)
  }

  @Test func `is read as it was written`() throws {
    try withTemporaryFolder { folder in
      let path = try publish(model(7), in: folder)
      #expect(path == folder.appending("models/0007.hdf5"))
      #expect(try ModelFile(reading: path, for: smallHOG) == model(7))
    }
  }

  private func guarded(_ objectGuard: ObjectGuard) -> ModelFile {
    ModelFile(svm: model(7).svm, generation: 7, objectGuard: objectGuard)
  }

  @Test func `keeps its guard`() throws {
    try withTemporaryFolder { folder in
      let weights = (0..<36).map { Float($0) / 16 }
      let written = guarded(ObjectGuard(weights: weights, bias: -0.5, margin: 0.25, source: "ab12"))
      let path = try publish(written, in: folder)
      #expect(try ModelFile(reading: path, for: smallHOG) == written)
    }
  }

  @Test(arguments: [
    "m['guard_weights'][3] = float('nan')", "del m.attrs['guard_margin']",
    "m.attrs['guard_bias'] = float('inf')",
    "del m['guard_weights']; m['guard_weights'] = [0.5] * 35",
  ])
  func `with half a guard is refused`(fault: String) throws {
    try withTemporaryFolder { folder in
      let objectGuard = ObjectGuard(
        weights: [Float](repeating: 1, count: 36), bias: 0, margin: 1, source: "")
      let path = try publish(guarded(objectGuard), in: folder)
      _ = try Python.run(
        "import h5py, sys\nwith h5py.File(sys.argv[1], 'r+') as m: \(fault)", [path.string])
      let error = #expect(throws: ModelError.self) { try ModelFile(reading: path, for: smallHOG) }
      #expect(error?.cause == .incomplete && error?.description.contains("guard_weights") == true)
    }
  }

  @Test func `made by hand of scikit-learn's SVC has its probabilities`() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending("model.hdf5")
      let printed = try Python.run(
        """
        import h5py, lesson, numpy as np, os, sys
        from sklearn.svm import SVC
        random = np.random.default_rng(1)
        labels = np.where(np.arange(300) % 4 == 0, 1, -1)
        rows = random.random((300, 36)) + .1 * labels[:, None]
        features = os.path.dirname(sys.argv[1]) + "/features.hdf5"
        with h5py.File(features, "w") as db:
            db["features"] = np.c_[labels, rows]
        model = lesson.train(dict(features_path=features, C=1))
        with h5py.File(sys.argv[1], "w") as db:
            db["weights"] = model.pop("weights")
            for name in model: db.attrs[name] = model[name]
        svc = SVC(kernel="linear", C=1, probability=True, random_state=42).fit(rows, labels)
        for row, probability in zip(rows[:40], svc.predict_proba(rows[:40])[:, 1]):
            print(*row, probability)
        """, [path.string])
      let svm = try ModelFile(reading: path, for: smallHOG).svm
      let lines = printed.split(separator: "\n").map {
        $0.split(separator: " ").map { Double($0)! }
      }
      #expect(lines.count == 40)
      for line in lines {
        let probability = svm.sigmoid.probability(
          of: svm.margin(of: line.dropLast().map { Float($0) }))
        // libsvm couples even two classes iteratively, until the change is small.
        #expect(abs(probability - line.last!) < 2e-3)
      }
    }
  }

  @Test func `has the settings' own names in Python`() throws {
    try withTemporaryFolder { folder in
      let path = try publish(model(7, hog: hog(blockNorm: .l2Hys)), in: folder)
      let printed = try Python.run(
        """
        import h5py, sys
        with h5py.File(sys.argv[1], "r") as m:
            print(m["weights"].dtype, m["weights"].shape)
            for name in sorted(m.attrs): print(name, getattr(m.attrs[name], "tolist", lambda: m.attrs[name])())
            print(abs(m["golden_features"][:] @ m["weights"][:] + m.attrs["bias"] - m["golden_margins"][:]).max() < 1e-6)
        """, [path.string])
      #expect(
        printed == """
          float32 (36,)
          A -2.0
          B 0.5
          bias 0.25
          block_norm L2-Hys
          block_norm_fixed b'L2-Hys'
          cells_per_block [2, 2]
          descriptor skimage
          descriptor_fixed b'skimage'
          generation 7
          metrics b'{"missRate": 0.25}'
          normalize 1
          orientations 9
          pixels_per_cell [4, 4]
          window_dim [8, 8]
          True

          """)
    }
  }

  @Test func `may be made by hand, with no more than it needs`() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending("model.hdf5")
      _ = try Python.run(
        """
        import h5py, numpy, sys
        with h5py.File(sys.argv[1], "w") as m:
            m["weights"] = numpy.arange(36).reshape(1, 36) / 8  # scikit-learn's coef_
            m.attrs.update(bias=-1.5, A=-1.0, B=0, block_norm="L1", normalize=True)
        """, [path.string])
      let read = try ModelFile(reading: path, for: smallHOG)
      #expect(read.svm.weights == (0..<36).map { Float($0) / 8 })
      #expect(read.svm.bias == -1.5 && read.svm.sigmoid == Sigmoid(a: -1, b: 0))
      #expect(read.generation == nil && read.metrics == "{}" && read.goldenMargins.isEmpty)
    }
  }

  @Test func `made for other settings is refused with both values`() throws {
    try withTemporaryFolder { folder in
      let path = try publish(model(1, hog: hog(orientations: 12)), in: folder)
      let error = #expect(throws: ModelError.self) {
        try ModelFile(reading: path, for: hog(orientations: 9, blockNorm: .l2))
      }
      #expect(error?.cause == .otherSettings)
      #expect(
        error?.description == """
          \(path): it was made with orientations 12, but the settings say 9; \
          block_norm "L1", but the settings say "L2": use those settings again, or train a new model
          """)
    }
  }

  @Test func `of one descriptor is refused by the other`() throws {
    func openCVHOG(clip: Double = 0.2, usesColor: Bool = false) -> HOGDescriptor {
      HOGDescriptor(
        window: PixelSize(width: 8, height: 8), orientations: 9, cellRows: 4, cellColumns: 4,
        blockRows: 2, blockColumns: 2, squareRoot: true,
        definition: .openCV(
          OpenCVParameters(strideRows: 4, strideColumns: 4, clip: clip, usesColor: usesColor)))
    }
    let skimageHOG = hog(blockNorm: .l2Hys)
    try withTemporaryFolder { folder in
      let path = try publish(model(1, hog: skimageHOG), in: folder)
      let opencv = try publish(model(2, hog: openCVHOG()), in: folder)
      #expect(try ModelFile(reading: opencv, for: openCVHOG()).svm.hog == openCVHOG())
      for (path, hog, words) in [
        (path, openCVHOG(), #"descriptor "skimage", but the settings say "opencv""#),
        (opencv, skimageHOG, #"descriptor "opencv", but the settings say "skimage""#),
        (opencv, openCVHOG(clip: 0.3), "l2hys_threshold 0.2, but the settings say 0.3"),
        (opencv, openCVHOG(usesColor: true), "use_color 0, but the settings say 1"),
      ] {
        let error = #expect(throws: ModelError.self) { try ModelFile(reading: path, for: hog) }
        #expect(error?.cause == .otherSettings && error!.description.contains(words), "\(error!)")
      }
      // Files from before there were two descriptors do not name one.
      _ = try Python.run(
        """
        import h5py, sys
        with h5py.File(sys.argv[1], 'r+') as m:
            for name in ("descriptor", "descriptor_fixed"): del m.attrs[name]
        """, [path.string])
      #expect(try ModelFile(reading: path, for: skimageHOG).svm.hog == skimageHOG)
      #expect(throws: ModelError.self) { try ModelFile(reading: path, for: openCVHOG()) }
      // Nor do grey descriptors from before colours were supported, in files and in the ledger.
      _ = try Python.run(
        """
        import h5py, sys
        with h5py.File(sys.argv[1], 'r+') as m: del m.attrs["use_color"]
        """, [opencv.string])
      #expect(try ModelFile(reading: opencv, for: openCVHOG()).svm.hog == openCVHOG())
      #expect(throws: ModelError.self) {
        try ModelFile(reading: opencv, for: openCVHOG(usesColor: true))
      }
      #expect(openCVHOG().fingerprint == -2_695_297_170_679_740_192)
      #expect(openCVHOG(usesColor: true).fingerprint != openCVHOG().fingerprint)
    }
  }

  @Test func `that does not say its settings must at least have their length`() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending("model.hdf5")
      _ = try Python.run(
        """
        import h5py, sys
        with h5py.File(sys.argv[1], "w") as m:
            m["weights"] = [0.5] * 35
            m.attrs.update(bias=0, A=-1, B=0)
        """, [path.string])
      let error = #expect(throws: ModelError.self) { try ModelFile(reading: path, for: smallHOG) }
      #expect(
        error?.description == """
          \(path): it has 35 weights, but the settings give 36: use the settings it was made with, \
          or train a new model
          """)
    }
  }

  @Test(arguments: ["m['weights'][3] = 9", "m.attrs['bias'] = 7.0", "m['golden_margins'][1] += 1"])
  func `whose numbers changed is refused`(change: String) throws {
    try withTemporaryFolder { folder in
      let path = try publish(model(1), in: folder)
      _ = try Python.run(
        "import h5py, sys\nwith h5py.File(sys.argv[1], 'r+') as m: \(change)", [path.string])
      let error = #expect(throws: ModelError.self) { try ModelFile(reading: path, for: smallHOG) }
      #expect(error?.cause == .damaged)
    }
  }

  @Test(arguments: ["0.3", "0.0"])
  func `whose probabilities would fall as margins rise is refused`(a: String) throws {
    try withTemporaryFolder { folder in
      let path = try publish(model(1), in: folder)
      _ = try Python.run(
        "import h5py, sys\nwith h5py.File(sys.argv[1], 'r+') as m: m.attrs['A'] = \(a)",
        [path.string])
      let error = #expect(throws: ModelError.self) { try ModelFile(reading: path, for: smallHOG) }
      #expect(error?.cause == .turnedOver)
      #expect(error?.description.contains("its A is \(a) but must be below 0") == true)
    }
  }

  @Test(arguments: [nil] + Calibration.Source.allCases.map { $0 })
  func `tells what it was calibrated on`(source: Calibration.Source?) throws {
    try withTemporaryFolder { folder in
      let svm = model(1).svm
      let path = try publish(ModelFile(svm: svm, generation: 1, calibration: source), in: folder)
      #expect(try ModelFile(reading: path, for: smallHOG).calibration == source)
    }
  }

  @Test func `tells where it works`() throws {
    try withTemporaryFolder { folder in
      let svm = model(1).svm
      let point = OperatingPoint(margin: 0.75, targetFPPI: 0.1)
      let path = try publish(ModelFile(svm: svm, generation: 1, operatingPoint: point), in: folder)
      #expect(try ModelFile(reading: path, for: smallHOG).operatingPoint == point)
      let printed = try Python.run(
        """
        import h5py, sys
        with h5py.File(sys.argv[1], "r+") as m:
            print(m.attrs["operating_margin"], m.attrs["operating_probability"], m.attrs["target_fppi"])
            del m.attrs["target_fppi"]
        """, [path.string])
      #expect(printed == "0.75 \(svm.sigmoid.probability(of: 0.75)) 0.1\n")
      let error = #expect(throws: ModelError.self) { try ModelFile(reading: path, for: smallHOG) }
      #expect(error?.cause == .incomplete)
    }
  }

  @Test(arguments: [
    ("del m.attrs['A']", "its attribute A is missing or not a number"),
    ("m.attrs['B'] = float('nan')", "its attribute B is missing or not a number"),
    ("m['weights'][0] = float('inf')", "some of its weights are not numbers"),
    ("del m['weights']", "it has no dataset weights"),
    ("del m['golden_margins']", "it has no dataset golden_margins"),
  ])
  func `without a part says which`(change: String, words: String) throws {
    try withTemporaryFolder { folder in
      let path = try publish(model(1), in: folder)
      _ = try Python.run(
        "import h5py, sys\nwith h5py.File(sys.argv[1], 'r+') as m: \(change)", [path.string])
      do {
        _ = try ModelFile(reading: path, for: smallHOG)
        Issue.record("it was read")
      } catch {
        #expect("\(error)" == "\(path): \(words)")
      }
    }
  }
}
