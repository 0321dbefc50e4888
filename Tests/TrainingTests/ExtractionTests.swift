import Corpus
import Foundation
import HDF5
import Mining
import MiningSupport
import Settings
import SystemPackage
import TestSupport
import Testing
import World

@testable import Training

@Suite struct `Extracting features` {
  @Test func `writes the rows of the lesson's script for the same seed`() throws {
    try withTemporaryFolder { folder in
      let dataset = try DrawnDataset(in: folder, cars: 12, scenes: 9, drops: 0)
      let settings = try writeSettings(
        dataset, ["image_annotations": "mats", "validation_share": 0, "features_path": "ours.hdf5"])
      // The lesson reads MATLAB files, named after the last part of the picture's name.
      let printed = try Python.run(
        """
        import h5py, lesson, numpy as np, os, re, sys
        from pathlib import Path
        from scipy.io import savemat
        os.chdir(sys.argv[1])
        os.mkdir("mats"), os.mkdir("jpgs")
        for xml in sorted(Path("cars/annotations").glob("*.xml")):
            corner = lambda name: int(re.search(f"<{name}>(\\\\d+)", xml.read_text())[1])
            box = [corner("ymin") - 1, corner("ymax"), corner("xmin") - 1, corner("xmax")]
            name = xml.stem.replace("-", "_")
            savemat(f"mats/annotation_{name.split('_')[-1]}.mat", {"box_coord": np.array([box], np.uint16)})
            os.rename(f"cars/images/{xml.stem}.jpg", f"cars/images/{name}.jpg")
        conf = lesson.load_conf("settings.json")
        conf["features_path"] = "lesson.hdf5"
        lesson.extract(conf)
        """, [folder.string])
      #expect(printed.isEmpty)
      let report = try Extraction(Setup.load(settings)).run()
      #expect(report.positives == 2 * 8 && report.negatives == 100)
      let difference = try Python.run(
        """
        import h5py, numpy as np, sys
        ours, lesson = (h5py.File(path)["features"][:] for path in sys.argv[1:])
        assert ours.shape == lesson.shape and ours.dtype == np.float32
        assert (ours[:, 0] == lesson[:, 0]).all()
        print(np.abs(ours - lesson).max())
        """, [folder.appending("ours.hdf5").string, folder.appending("lesson.hdf5").string])
      #expect(Double(difference.dropLast())! <= 1e-6)
    }
  }

  /// Both numbers are valid. Their product with the size of a row overflowed.
  @Test func `says how much room is needed for however many rows`() throws {
    try withTemporaryFolder { folder in
      let dataset = try DrawnDataset(in: folder, cars: 4, scenes: 2, drops: 0)
      let most = 2_147_483_647
      let setup = try Setup.load(
        writeSettings(
          dataset, ["num_distraction_images": most, "num_distractions_per_image": most]))
      #expect {
        _ = try Extraction(setup).run()
      } throws: { "\($0)".contains("free some space") }
    }
  }

  @Test func `makes a running training begin again, and the next start from nothing`() throws {
    try withTrainedMiner { miner, _ in
      let version = try miner.ledger.rowVersion()
      _ = try Extraction(miner.setup).run()
      #expect(try miner.ledger.rowVersion() != version)
    }
  }

  @Test func `names the pictures that it drew from`() throws {
    try withTrainedMiner { miner, dataset in
      let printed = try Python.run(
        """
        import h5py, hashlib, sys
        from pathlib import Path
        rows = [bytes(row).hex() for row in h5py.File(sys.argv[1])["drawn_pictures"]]
        assert rows == sorted(set(rows))
        cars, scenes = ({hashlib.sha256(p.read_bytes()).hexdigest() for p in Path(folder).iterdir()}
                        for folder in sys.argv[2:])
        print(len(cars & set(rows)), len(scenes & set(rows)) > 3, len(set(rows) - cars - scenes))
        """,
        [
          miner.setup.files.features.string, dataset.carImages.string,
          dataset.folder.appending("scenes").string,
        ])
      #expect(printed == "14 True 0\n")
    }
  }
}
