/// How many pictures to mine in one step, so that a step takes about as long whatever the pictures.
///
/// A step is what a stop has to wait for, and what is acknowledged with one synchronization of the disk.
package struct BatchSize: Sendable {
  package static let largest = 256
  private static let aim = Duration.milliseconds(200)

  package private(set) var count = 4

  /// Learns from a step of `count` pictures; grows to twice the size at most, as the next may be larger.
  package mutating func learn(count: Int, duration: Duration) {
    guard count > 0 else { return }
    let fitting = Double(count) * (Self.aim / max(duration, .microseconds(1)))
    self.count = max(1, min(Int(min(fitting, Double(Self.largest))), self.count * 2, Self.largest))
  }
}
