import Foundation
import SystemPackage
import TestSupport
import Testing

@Suite struct `The lesson's results` {
  // Smaller steps would take Python minutes, because it describes one window at a time.
  @Test(arguments: [("drops/scene-0001.jpg", 8), ("drops/scene-0002.jpg", 10)])
  func `are Misfire's on drawn pictures`(picture: String, step: Int) throws {
    try withSite(["hn_window_step": "\(step)"]) { site in
      try expectAlike(site, [picture], atLeast: 1)
    }
  }

  @Test(.enabled(if: RealPictures.folder != nil))
  func `are Misfire's on 32 real pictures`() throws {
    try withSite(isReal: true, ["hn_window_step": "16", "validation_share": "0"]) { site in
      // Spread over the whole set, because neighbouring pictures show similar places.
      let pictures = site.pictures.indices.filter { $0 % 12 == 0 }.prefix(32)
        .map { "scenes/" + site.pictures[$0] }
      #expect(pictures.count == 32)
      try expectAlike(site, Array(pictures), atLeast: 50)
    }
  }

  @Test(.enabled(if: RealPictures.folder != nil))
  func `are Misfire's with the lesson's own step`() throws {
    try withSite(isReal: true, ["validation_share": "0"]) { site in
      try expectAlike(site, ["scenes/" + site.pictures[3]], atLeast: 1)
    }
  }

  /// Expects the lesson's windows, with its probabilities and features to within 1e-5.
  private func expectAlike(_ site: Site, _ pictures: [String], atLeast: Int) throws {
    let result = try site.misfire("mine", ["--json"] + pictures)
    try #require(result.status == 0, "\(result.errors)")
    let comparison = try LessonComparison(site, lines: result.output)
    #expect(comparison.differing.isEmpty)
    #expect(comparison.common >= atLeast)
    #expect(comparison.probability <= 1e-5)
    #expect(comparison.features <= 1e-5)
    #expect(comparison.scansAlike && comparison.isSorted)
  }
}

@Suite struct `The lesson's files` {
  @Test func `train scikit-learn to the same detector`() throws {
    try withSite { site in
      let mined = try site.misfire("mine", site.pictures.prefix(8).map { "drops/" + $0 })
      try #require(mined.status == 0, "\(mined.errors)")
      let trained = try site.misfire("train", ["--hard-negatives", "40", "--force"])
      try #require(trained.status == 0, "\(trained.errors)")
      let printed = try Python.run(
        """
        import h5py, numpy as np, sys
        import lesson
        features, model = sys.argv[1:]
        C = 0.01
        svc = lesson.train(dict(features_path=features, C=C), hard_negatives=40)
        data, labels = lesson.load_dataset(features, "features")
        hard, hard_labels = lesson.load_dataset(features, "hard_negatives")
        assert len(hard) >= 40 and (hard_labels == -1).all() and set(labels) == {1, -1}
        data, labels = np.vstack([data, hard[:40]]), np.r_[labels, hard_labels[:40]]
        data = data.astype(float)
        def scores(w, b):
            margins = data @ w.astype(float) + b
            return margins, w @ w / 2 + C * np.maximum(0, 1 - labels * margins).sum()
        with h5py.File(model) as file:
            ours = scores(file["weights"][:].astype(float), file.attrs["bias"])
        theirs = scores(svc["weights"], svc["bias"])
        print(np.corrcoef(ours[0], theirs[0])[0, 1], ours[1] / theirs[1] - 1)
        """, [site.folder.appending(["output", "features.hdf5"]).string, site.model.string])
      let numbers = printed.split(whereSeparator: \.isWhitespace).compactMap { Double($0) }
      try #require(numbers.count == 2)
      #expect(numbers[0] > 0.999)
      #expect(abs(numbers[1]) < 1e-3)
    }
  }

  @Test func `are taken as the lesson's script writes them`() throws {
    try withSite { site in
      let features = site.folder.appending(["output", "features.hdf5"]).string
      _ = try Python.run(
        """
        import h5py, sys
        with h5py.File(sys.argv[1]) as file:
            rows = file["features"][:].astype("float64")
        with h5py.File(sys.argv[1], "w") as file:
            file.create_dataset("features", data=rows)
        """, [features])
      for command in [["train", "--force"], ["mine", "drops/" + site.pictures[0]]] {
        let result = try site.misfire(command[0], Array(command.dropFirst()))
        #expect(result.status == 0, "\(result.errors)")
      }
      let printed = try Python.run(
        """
        import h5py, sys
        with h5py.File(sys.argv[1]) as file:
            print(file["features"].dtype, file["features"].shape[1], len(file["hard_negatives"]) > 0)
        """, [features])
      #expect(printed == "float64 5797 True\n")
    }
  }
}
