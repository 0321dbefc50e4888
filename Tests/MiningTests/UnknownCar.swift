import Foundation
import Mining
import SystemPackage
import World

@testable import Inbox

/// A picture of the object that is not in `image_dataset`.
func unknownCar(_ dataset: DrawnDataset) throws -> FilePath {
  try DrawnDataset(
    in: dataset.folder.appending("more"), cars: 1, scenes: 0, drops: 0, seed: 77
  ).carImages.appending("car-0001.jpg")
}

extension Miner {
  /// Mines a copy of a picture that is dropped as `car.jpg`.
  func mineDropped(_ car: FilePath) throws -> PictureReport {
    try FileManager.default.copyItem(
      atPath: car.string, toPath: setup.folders.inbox.appending("car.jpg").string)
    return try mineInbox(Inbox(folder: setup.folders.inbox).listing().files)[0]
  }
}
