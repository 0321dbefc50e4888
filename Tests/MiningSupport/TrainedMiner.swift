internal import Foundation
package import Mining
internal import Settings
package import SystemPackage
internal import TestSupport
internal import Training
package import World

/// Draws a small world, trains a first detector in it, and runs `body` with both.
package func withTrainedMiner(
  _ keys: [String: Any] = [:], scenes: Int = 12, _ body: (Miner, DrawnDataset) throws -> Void
) throws {
  try withTemporaryFolder { folder in
    let dataset = try DrawnDataset(in: folder, cars: 20, scenes: scenes, drops: 8)
    let setup = try Setup.load(writeSettings(dataset, keys))
    _ = try Extraction(setup).run()
    let miner = try Miner(setup: setup)
    _ = try miner.train()
    try body(miner, dataset)
  }
}

/// Writes a settings file for drawn pictures, with additional keys.
package func writeSettings(_ dataset: DrawnDataset, _ keys: [String: Any] = [:]) throws -> FilePath
{
  let common: [String: Any] = [
    "image_dataset": "cars/images", "image_annotations": "cars/annotations",
    "image_distractions": "scenes", "features_path": "output/features.hdf5",
    "classifier_path": "output/model.hdf5", "window_dim": [96, 32], "percent_gt_images": 0.7,
    "offset": 5, "use_flip": true, "num_distraction_images": 20, "num_distractions_per_image": 5,
    "orientations": 9, "pixels_per_cell": [4, 4], "cells_per_block": [2, 2], "normalize": true,
    "hn_num_distraction_images": 5, "hn_window_step": 4, "hn_pyramid_scale": 1.5,
    "hn_min_probability": 0.51, "C": 0.01,
  ]
  let path = dataset.folder.appending("settings.json")
  try JSONSerialization.data(withJSONObject: common.merging(keys) { $1 })
    .write(to: URL(filePath: path.string))
  return path
}

/// Makes the next training of `miner` learn all drawn objects but one, each `copies` times, as hard negatives.
package func teachObjectsAsHardNegatives(to miner: Miner, copies: Int = 40) throws {
  _ = try Python.run(
    """
    import h5py, numpy as np, sys
    with h5py.File(sys.argv[1], "r+") as db:
        features = db["features"][:]
        poison = np.repeat(features[features[:, 0] > 0][1:], int(sys.argv[2]), 0)
        poison[:, 0] = -1
        if "hard_negatives" in db: del db["hard_negatives"]
        db["hard_negatives"] = poison
    """, [miner.setup.files.features.string, "\(copies)"])
}
