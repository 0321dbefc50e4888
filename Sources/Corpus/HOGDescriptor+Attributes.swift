internal import Detection
internal import Digest
internal import HDF5

/// The HOG settings as stored in files, under the settings' own names.
extension HOGDescriptor {
  enum AttributeValue: Equatable, CustomStringConvertible {
    case number(Int)
    case numbers([Int])
    case real(Double)
    case text(String)

    var description: String {
      switch self {
      case .number(let number): "\(number)"
      case .numbers(let numbers): "\(numbers)"
      case .real(let number): "\(number)"
      case .text(let text): "\"\(text)\""
      }
    }
  }

  private static let descriptor = "descriptor"
  fileprivate static let useColor = "use_color"

  /// The definition comes first; files from before there were two do not name it.
  var attributes: [(name: String, value: AttributeValue)] {
    [(Self.descriptor, .text(definition.name))] + geometry + definition.attributes
  }

  private var geometry: [(name: String, value: AttributeValue)] {
    [
      ("orientations", .number(orientations)),
      ("pixels_per_cell", .numbers([cellRows, cellColumns])),
      ("cells_per_block", .numbers([blockRows, blockColumns])),
      ("normalize", .number(squareRoot ? 1 : 0)),
      ("block_norm", .text(blockNorm.rawValue)),
      ("window_dim", .numbers([window.width, window.height])),
    ]
  }

  /// Text is written twice: for Python as `str`, and in a form that is safe to read even if damaged.
  fileprivate static let fixedSuffix = "_fixed"

  /// The attributes in which it is stored.
  var attributeNames: [String] {
    attributes.flatMap { [$0.name, $0.name + Self.fixedSuffix] }
  }

  /// A number that identifies these settings in the ledger, and never changes.
  var fingerprint: Int64 {
    // Those of skimage's definition are older than its name.
    let attributes =
      switch definition {
      case .skimage: geometry
      // Those without colours are older than those with.
      case .openCV: self.attributes.filter { $0.name != Self.useColor || $0.value != .number(0) }
      }
    let text = attributes.map { "\($0.name)=\($0.value)" }.joined(separator: ";")
    return SHA256Digest(of: Array(text.utf8)).bytes.prefix(8).reduce(0) { $0 << 8 | Int64($1) }
  }

  /// The meaning of a missing setting in a file that has others.
  fileprivate func meaning(ofMissing name: String) -> AttributeValue? {
    switch name {
    case Self.descriptor: .text(Definition.skimage(blockNorm).name)
    case Self.useColor: .number(0)
    default: nil
    }
  }
}

extension HOGDescriptor.Definition {
  fileprivate var attributes: [(name: String, value: HOGDescriptor.AttributeValue)] {
    guard case .openCV(let parameters) = self else { return [] }
    return [
      ("block_stride", .numbers([parameters.strideRows, parameters.strideColumns])),
      ("window_sigma", .real(parameters.windowSigma ?? 0)),
      ("l2hys_threshold", .real(parameters.clip)),
      ("signed_gradients", .number(parameters.isSigned ? 1 : 0)),
      (HOGDescriptor.useColor, .number(parameters.usesColor ? 1 : 0)),
    ]
  }
}

extension HDF5File {
  /// Records what the file's contents were made for.
  func set(_ hog: HOGDescriptor) throws {
    for setting in hog.attributes {
      switch setting.value {
      case .numbers(let numbers): try setAttribute(setting.name, numbers)
      case .number(let number): try setAttribute(setting.name, number)
      case .real(let number): try setAttribute(setting.name, number)
      case .text(let text):
        try setAttribute(setting.name, text)
        try setFixedAttribute(setting.name + HOGDescriptor.fixedSuffix, text)
      }
    }
  }

  /// The file's settings that differ from `hog`; nil if there are none. A file need not record any.
  func difference(from hog: HOGDescriptor) throws -> String? {
    var differences: [String] = []
    let saysAnything = try attribute("orientations", as: Int.self) != nil
    for setting in hog.attributes {
      let found: HOGDescriptor.AttributeValue? =
        switch setting.value {
        case .numbers: try attribute(setting.name, as: [Int].self).map { .numbers($0) }
        case .number: try attribute(setting.name, as: Int.self).map { .number($0) }
        case .real: try attribute(setting.name, as: Double.self).map { .real($0) }
        case .text: try text(setting.name).map { .text($0) }
        }
      let meant = found ?? (saysAnything ? hog.meaning(ofMissing: setting.name) : nil)
      if let found = meant, found != setting.value {
        differences.append("\(setting.name) \(found), but the settings say \(setting.value)")
      }
    }
    return differences.isEmpty ? nil : differences.joined(separator: "; ")
  }

  private func text(_ name: String) throws -> String? {
    try attribute(name + HOGDescriptor.fixedSuffix, as: String.self)
      ?? attribute(name, as: String.self)
  }
}
