internal import Annotations
internal import Detection
internal import Files
internal import Synchronization
package import SystemPackage
internal import Text

/// The parts of a data set that could not be used, collected while it is read and reported once.
///
/// One bad file must not stop a training on thousands of good ones, but must not go unnoticed either.
package final class LeftOut: Sendable {
  package enum Kind: String, CaseIterable, Sendable {
    case pictures
    case annotations
    case objects
    case otherFiles = "other_files"
    /// Not a fault, but reported: Pascal VOC's `difficult`, COCO's `iscrowd` and `ignore`.
    case ignoredObjects = "ignored_objects"
    /// Not a fault, but reported: with YOLO annotations, a picture without a file has no objects.
    case withoutObjects = "without_objects"
    /// Neither a fault nor left out, but reported: detecting finds these objects only if pictures are enlarged.
    case smallObjects = "small_objects"

    /// Whether it is a problem with the data.
    var isFault: Bool {
      switch self {
      case .pictures, .annotations, .objects, .otherFiles: true
      case .ignoredObjects, .withoutObjects, .smallObjects: false
      }
    }

    fileprivate func inWords(_ count: Int) -> String {
      let (one, many) =
        switch self {
        case .pictures: ("picture that cannot be used", "pictures that cannot be used")
        case .annotations:
          ("picture without a usable annotation", "pictures without a usable annotation")
        case .objects: ("object without a usable box", "objects without a usable box")
        case .otherFiles: ("file that is not a picture", "files that are not pictures")
        case .ignoredObjects:
          (
            "object marked difficult, crowd or ignore, which is neither trained on nor counted as missed",
            "objects marked difficult, crowd or ignore, which are neither trained on nor counted as missed"
          )
        case .withoutObjects:
          (
            "picture without a label file, treated as one without the object",
            "pictures without a label file, treated as ones without the object"
          )
        case .smallObjects:
          (
            "object is so much smaller than the window that it can be found only with `upsample`",
            "objects are so much smaller than the window that they can be found only with `upsample`"
          )
        }
      return
        "\(self == .smallObjects ? "" : "left out ")\(count.grouped) \(count == 1 ? one : many)"
    }
  }

  private struct Entry: Hashable {
    let path: FilePath
    let reason: String
  }

  /// How many of each kind a message names.
  private static let namedCount = 3

  private let entries = Mutex<[Kind: Set<Entry>]>([:])

  package init() {}

  /// Records one item; recording it again has no effect.
  /// - Parameter reason: names the item and says what is wrong with it.
  package func note(_ kind: Kind, _ path: FilePath, _ reason: String) {
    _ = entries.withLock { $0[kind, default: []].insert(Entry(path: path, reason: reason)) }
  }

  package func count(_ kind: Kind) -> Int { entries.withLock { $0[kind]?.count ?? 0 } }

  /// Whether there are no problems with the data.
  package var isFaultless: Bool { Kind.allCases.allSatisfy { !$0.isFault || count($0) == 0 } }

  /// One sentence per kind, with the first few items of it.
  package var sentences: [String] { sentences(about: Kind.allCases) }

  /// The sentences about problems with the data.
  package var faults: [String] { sentences(about: Kind.allCases.filter(\.isFault)) }

  private func sentences(about kinds: [Kind]) -> [String] {
    kinds.compactMap { kind in
      let reasons = first(kind)
      guard !reasons.isEmpty else { return nil }
      let more = count(kind) - reasons.count
      return "\(kind.inWords(count(kind))): " + reasons.joined(separator: "; ")
        + (more > 0 ? "; and \(more.grouped) more" : "")
    }
  }

  /// The first few items of a kind, ordered by the bytes of their paths.
  private func first(_ kind: Kind) -> [String] {
    let all = entries.withLock { Array($0[kind] ?? []) }
    return all.sorted { a, b in
      a.path == b.path ? a.reason < b.reason : a.path.precedes(b.path)
    }.prefix(Self.namedCount).map(\.reason)
  }

  /// Throws if there are problems with the data.
  package func refuse() throws(NotStrictlyUsable) {
    guard isFaultless else { throw NotStrictlyUsable(sentences: sentences) }
  }
}

/// Something was left out, which `--strict` forbids.
package struct NotStrictlyUsable: Error, CustomStringConvertible {
  package let sentences: [String]

  package var description: String {
    "--strict: " + sentences.joined(separator: "\n")
      + "\nnothing was written; fix these files, or leave out --strict"
  }
}

extension LeftOut: Encodable {
  /// {"pictures": 2, …, "first": ["PATH: REASON", …]}
  private struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    for kind in Kind.allCases {
      try container.encode(count(kind), forKey: Key(stringValue: kind.rawValue))
    }
    try container.encode(Kind.allCases.flatMap(first), forKey: Key(stringValue: "first"))
  }
}

extension LeftOut {
  /// The result of `body` for a picture; nil if the picture cannot be used, which is recorded.
  /// - Throws: if the machine fails.
  package func unlessUnusable<Value>(_ body: () throws -> Value) throws -> Value? {
    do {
      return try body()
    } catch let error as PictureUnreadable where !error.isMachineFailing {
      note(.pictures, error.path, "\(error)")
    } catch let error as PictureRefused {
      note(.pictures, error.path, "\(error)")
    }
    return nil
  }
}
