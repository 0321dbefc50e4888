package import Detection
internal import Raster

/// Pictures drawn by code: objects (by default, cars in side view) on cluttered scenes, and scenes without objects
/// that are full of things with wheels, windows and bars. The same seed draws the same picture.
package enum World {
  /// The size of every picture.
  package static let pictureSize = PixelSize(width: 250, height: 180)

  /// The objects to detect, each of a different shape.
  package enum Object: String, CaseIterable, Sendable {
    /// Wide.
    case car
    /// Upright.
    case person
    /// Square.
    case sign
  }

  /// A scene with one car, and the car's box.
  package static func car(seed: UInt64) -> (image: GrayImage, box: Box) {
    picture(of: .car, seed: seed)
  }

  /// A scene with one object, and its box.
  package static func picture(of object: Object, seed: UInt64) -> (image: GrayImage, box: Box) {
    var scene = Scene(seed: seed &* 2)
    scene.drawSurroundings(decoyCount: 0...1)
    let box =
      switch object {
      case .car: scene.drawCar()
      case .person: scene.drawPerson()
      case .sign: scene.drawSign()
      }
    scene.develop()
    return (scene.canvas.image, box)
  }

  /// A scene without any of these objects.
  package static func scene(seed: UInt64) -> GrayImage {
    // Scenes use odd seeds and pictures of objects even ones, so that they never share random numbers.
    var scene = Scene(seed: seed &* 2 &+ 1)
    scene.drawSurroundings(decoyCount: 3...6)
    scene.develop()
    return scene.canvas.image
  }
}
