internal import Foundation

extension PictureRecord {
  /// Why forgotten content is refused, and how to allow it again; nil if it was not forgotten.
  package var forgettingInWords: String? {
    guard let forgotten else { return nil }
    return """
      it was forgotten on \(forgotten.formatted(.iso8601))\(reason.map { ": \($0)" } ?? ""); `misfire forget \
      --undo \("\(sha256)".prefix(12))` allows it again
      """
  }
}
