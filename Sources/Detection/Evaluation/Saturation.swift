/// Whether mining the mined pictures again still teaches anything.
///
/// - SeeAlso: Felzenszwalb, Girshick, McAllester & Ramanan, PAMI 2010, and the stop rule of their
///   released training code: the objective on everything is less than 1.05 times the objective on
///   what is kept.
package struct Saturation: Sendable, Equatable {
  /// Below this ratio, more of the same pictures will not help.
  package static let limit = 1.05

  /// The objective on everything over the objective on what was trained on; at least 1.
  package let ratio: Double

  package var isReached: Bool { ratio < Self.limit }

  /// - Parameter ratio: as it was recorded before.
  package init(ratio: Double) {
    self.ratio = ratio
  }

  /// - Parameters:
  ///   - objective: ½‖w‖² + C·Σ hinge over the rows that were trained on.
  ///   - newMargins: the margins of windows without the object that were not among them.
  ///   - penalty: what a unit of their hinge loss costs.
  /// - Precondition: `objective` is above 0.
  package init(objective: Double, newMargins: [Double], penalty: Double) {
    precondition(objective > 0, "an objective of \(objective)")
    let loss = newMargins.reduce(0) { $0 + max(0, 1 + $1) }
    ratio = (objective + penalty * loss) / objective
  }
}
