/// The number of pictures to mine in one step, chosen so that steps take about the same time whatever the pictures.
///
/// A stop has to wait for the current step, and each step is acknowledged with one synchronisation of the disk.
package struct BatchSize: Sendable {
  package static let largest = 256
  private static let aim = Duration.milliseconds(200)

  package private(set) var count = 4

  /// Learns from a step of `count` pictures. The size at most doubles, because the next pictures may be larger.
  package mutating func learn(count: Int, duration: Duration) {
    guard count > 0 else { return }
    let fitting = Double(count) * (Self.aim / max(duration, .microseconds(1)))
    self.count = max(1, min(Int(min(fitting, Double(Self.largest))), self.count * 2, Self.largest))
  }
}
