internal import ArgumentParser
internal import Foundation
internal import SystemPackage
internal import World

@main
struct DrawWorld: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "draw-world",
    abstract: "Draws a small world to try Misfire on.",
    discussion: """
      Into FOLDER go cars/images with cars/annotations (Pascal VOC), scenes without cars, more of \
      them in drops to drop into the inbox, and world.json, settings ready for misfire. The same \
      seed draws the same pictures.
      """)

  @Argument(help: "The folder to draw into; it is created if missing.")
  var folder: String

  @Option(help: "How many pictures with a car.")
  var cars = 60

  @Option(help: "How many scenes without a car, to train on.")
  var scenes = 60

  @Option(help: "How many more scenes to drop into the inbox.")
  var drops = 40

  @Option(help: "The random seed.")
  var seed: UInt64 = 1

  func validate() throws {
    guard min(cars, scenes, drops) >= 0 else {
      throw ValidationError("numbers of pictures must not be negative")
    }
  }

  func run() throws {
    do {
      let dataset = try DrawnDataset(
        in: FilePath(folder), cars: cars, scenes: scenes, drops: drops, seed: seed)
      print(dataset.settings)
    } catch let error as CocoaError {
      throw NotDrawn(folder: folder, reason: error.systemReason)
    }
  }
}

/// The folder cannot be written into.
private struct NotDrawn: Error, CustomStringConvertible {
  let folder, reason: String

  var description: String { "cannot draw into \(folder): \(reason)" }
}

extension CocoaError {
  /// The system's own words, if it was the system that refused.
  fileprivate var systemReason: String {
    (underlying as? POSIXError).map { "\(Errno(rawValue: $0.code.rawValue))" }
      ?? localizedDescription
  }
}
