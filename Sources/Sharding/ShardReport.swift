internal import Corpus
internal import Detection
internal import SystemPackage
internal import Text

/// The result of one task.
package struct ShardReport: Sendable, Encodable {
  package enum State: String, Sendable, Encodable {
    /// The task has finished the shard now.
    case complete
    /// The shard was already finished, so the task did nothing.
    case skipped
  }

  package internal(set) var state = State.complete
  /// The shard, as in "3/16".
  package let shard: String
  package let path: String
  /// All pictures of the list, and those whose content puts them into this shard.
  package internal(set) var listed = 0
  package internal(set) var pictures = 0
  package internal(set) var mined = 0
  package internal(set) var heldOut = 0
  /// Files that are not pictures, and pictures of image_dataset.
  package internal(set) var refused = 0
  package internal(set) var unreadable = 0
  /// The unreadable pictures that do not exist.
  package internal(set) var missing = 0
  /// Duplicates of another file of the shard.
  package internal(set) var repeated = 0
  package internal(set) var windows = 0
  package internal(set) var hardNegatives = 0
  package internal(set) var setAside = 0
  /// The time spent on the pictures, summed over all threads, and the duration of this run.
  package internal(set) var pictureSeconds = 0.0
  package internal(set) var seconds = 0.0

  init(_ number: ShardNumber, _ path: FilePath) {
    shard = "\(number)"
    self.path = path.string
  }

  mutating func add(_ picture: ShardPicture) {
    pictures += 1
    switch picture.outcome {
    case .mined: mined += 1
    case .heldOut: heldOut += 1
    case .refused, .object: refused += 1
    case .unreadable: unreadable += 1
    case .known: repeated += 1
    }
    // A draft may hold any number of pictures, each with as many as a ledger takes.
    windows = min(windows, Int.max - picture.windows) + picture.windows
    hardNegatives += picture.hardNegatives.count { !$0.isSetAside }
    setAside += picture.hardNegatives.count { $0.isSetAside }
    pictureSeconds += Double(picture.nanoseconds) / 1e9
  }

  /// The report in words.
  package var sentence: String {
    if state == .skipped { return "\(path) is complete already" }
    var parts = ["\(hardNegatives.counted("hard negative")) in \(mined.counted("picture"))"]
    if setAside > 0 { parts.append("\(setAside.counted("window")) set aside for review") }
    if heldOut > 0 { parts.append("\(heldOut.grouped) held out") }
    if repeated > 0 { parts.append("\(repeated.grouped) duplicates") }
    if refused > 0 { parts.append("\(refused.grouped) refused") }
    if unreadable > 0 {
      parts.append("\(unreadable.grouped) unreadable, \(missing.grouped) of them missing")
    }
    return "\(path): \(parts.joined(separator: ", "))"
  }
}
