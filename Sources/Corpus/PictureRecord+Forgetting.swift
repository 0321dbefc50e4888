internal import Foundation

extension PictureRecord {
  /// Why content that was forgotten is refused, and how to let it in again; nil for what was not.
  package var forgettingInWords: String? {
    guard let forgotten else { return nil }
    return """
      it was forgotten on \(forgotten.formatted(.iso8601))\(reason.map { ": \($0)" } ?? ""); `misfire forget \
      --undo \("\(sha256)".prefix(12))` allows it again
      """
  }
}
