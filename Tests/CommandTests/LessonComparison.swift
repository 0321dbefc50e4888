import Foundation
import SystemPackage
import TestSupport

/// How `misfire mine` and oracle/lesson.py differ for the same model, pictures and settings.
struct LessonComparison: Decodable {
  /// Windows that only one of them keeps, except those whose probability is within 1e-5 of the threshold.
  let differing: [String]
  /// Windows that both keep.
  let common: Int
  /// The largest differences of probabilities, and of features in the HDF5 file.
  let probability, features: Double
  /// Whether both scanned the same number of windows in each picture.
  let scansAlike: Bool
  /// Whether each picture's hits, and the rows of the HDF5 file, are sorted from the most confident down.
  let isSorted: Bool

  /// - Parameters:
  ///   - site: where the pictures were mined and their hard negatives sealed.
  ///   - lines: the output of `misfire mine --json`.
  init(_ site: Site, lines: String) throws {
    try site.write(lines.utf8, to: "lines.jsonl")
    let printed = try Python.run(
      Self.script, [site.folder.string, site.conf.lastComponent!.string, "lines.jsonl"])
    self = try JSONDecoder().decode(Self.self, from: Data(printed.utf8))
  }

  private static let script = #"""
    import json, os, re, sqlite3, sys
    import h5py, numpy as np, lesson
    folder, conf, lines = sys.argv[1:]
    os.chdir(folder)
    settings = json.loads(re.sub(r"/\*(.|\n)*?\*/|^\s*//[^\n]*", "", open(conf).read(), flags=re.M))
    conf = dict(orientations=9, pixels_per_cell=[4, 4], cells_per_block=[2, 2], normalize=True,
                hn_window_step=4, hn_pyramid_scale=1.5, hn_min_probability=0.51) | settings
    with h5py.File(conf["classifier_path"]) as file:
        np.savez("model.npz", weights=file["weights"][:], **{k: file.attrs[k] for k in ("bias", "A", "B")})
    model = {k: v if k == "weights" else float(v) for k, v in np.load("model.npz").items()}

    def mined(name):
        image = lesson.gray(name)
        count = sum(1 for _ in lesson.windows(
            image, conf["hn_window_step"], conf["hn_pyramid_scale"], conf["window_dim"]))
        return count, lesson.mine(image, model, conf)

    lines = [json.loads(line) for line in open(lines)]
    rows, labels = lesson.load_dataset(conf["features_path"], "hard_negatives")
    assert (labels == -1).all()
    with h5py.File(conf["features_path"]) as file:
        confidence = file["hard_negatives_probability"][:]
    ledger = sqlite3.connect(os.path.join(os.path.dirname(conf["features_path"]), "state.sqlite"))
    result = dict(differing=[], common=0, probability=0, features=0, scansAlike=True,
                  isSorted=bool((np.diff(confidence) <= 0).all()))
    for line in lines:
        count, theirs = mined(line["image"])
        ours = {tuple(hit["box"]): hit["probability"] for hit in line["hits"]}
        theirs = {tuple(box): (probability, features) for probability, box, features in theirs}
        result["scansAlike"] &= line["windows"] == count
        result["isSorted"] &= list(ours.values()) == sorted(ours.values(), reverse=True)
        for box in ours.keys() ^ theirs.keys():
            probability = ours.get(box) or theirs[box][0]
            if abs(probability - conf["hn_min_probability"]) > 1e-5:
                result["differing"].append(f"{line['image']} {box} {probability}")
        row = {tuple(box): row for *box, row in ledger.execute(
            "SELECT x0, y0, x1, y1, row FROM hard_negatives JOIN images ON images.id = image "
            "WHERE name = ?", [os.path.basename(line["image"])])}
        for box in ours.keys() & theirs.keys():
            probability, features = theirs[box]
            result["common"] += 1
            result["probability"] = max(result["probability"], abs(ours[box] - probability))
            result["features"] = max(result["features"], abs(rows[row[box]] - features).max())
    print(json.dumps(result, default=float))
    """#
}
