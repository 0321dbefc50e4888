internal import Corpus
internal import SystemPackage
internal import Text

/// The result of a merge.
package struct MergeReport: Sendable, Encodable {
  package internal(set) var shards = 0
  /// All pictures of the merged shards, and those that the ledger did not know.
  package internal(set) var pictures = 0
  package internal(set) var newPictures = 0
  /// Pictures that measure detectors, here or on the machine that mined them.
  package internal(set) var heldOut = 0
  /// Pictures whose windows are not accepted: pictures of the object, forgotten pictures, files that are not
  /// pictures, missing files.
  package internal(set) var refused = 0
  /// The windows of all shards that can be learnt from; how many of them are new; and new windows that wait for
  /// review.
  package internal(set) var hardNegatives = 0
  package internal(set) var newHardNegatives = 0
  package internal(set) var newSetAside = 0
  /// Windows that --most-confident left out.
  package internal(set) var lessConfident = 0
  /// Pictures that could not be compared with those of image_dataset.
  package internal(set) var notCompared = 0
  /// What was not merged, and why; each message names it.
  package internal(set) var problems: [String] = []
  package internal(set) var seconds = 0.0

  package var isWhole: Bool { problems.isEmpty }

  /// The report in words.
  package var sentence: String {
    var parts = [
      "\(newHardNegatives.counted("new hard negative")) of \(newPictures.counted("new picture"))"
    ]
    if newSetAside > 0 { parts.append("\(newSetAside.counted("window")) set aside for review") }
    if lessConfident > 0 { parts.append("\(lessConfident.grouped) less confident ones left out") }
    if heldOut > 0 { parts.append("\(heldOut.counted("picture")) held out") }
    if refused > 0 { parts.append("\(refused.counted("picture")) refused or unusable") }
    return "merged \(shards.counted("shard")): \(parts.joined(separator: ", "))"
  }
}
