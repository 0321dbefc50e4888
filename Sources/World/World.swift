package import Detection
internal import Raster

/// Pictures drawn by code: side-view cars on cluttered scenes, and scenes without cars that are full of things with
/// wheels, windows and bars. The same seed draws the same picture.
package enum World {
  /// The size of every picture.
  package static let pictureSize = PixelSize(width: 250, height: 180)

  /// A scene with one car, and the car's box.
  package static func car(seed: UInt64) -> (image: GrayImage, box: Box) {
    var scene = Scene(seed: seed &* 2)
    scene.drawSurroundings(decoyCount: 0...1)
    let box = scene.drawCar()
    scene.develop()
    return (scene.canvas.image, box)
  }

  /// A scene without a car.
  package static func scene(seed: UInt64) -> GrayImage {
    // Odd numbers, so that no scene shares the numbers of a picture with a car.
    var scene = Scene(seed: seed &* 2 &+ 1)
    scene.drawSurroundings(decoyCount: 3...6)
    scene.develop()
    return scene.canvas.image
  }
}
