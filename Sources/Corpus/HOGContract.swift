internal import Detection

/// The HOG settings as a model file has them, under the settings' own names.
extension HOGDescriptor {
  enum ContractValue: Equatable, CustomStringConvertible {
    case number(Int)
    case numbers([Int])
    case text(String)

    var description: String {
      switch self {
      case .number(let number): "\(number)"
      case .numbers(let numbers): "\(numbers)"
      case .text(let text): "\"\(text)\""
      }
    }
  }

  var contract: [(name: String, value: ContractValue)] {
    [
      ("orientations", .number(orientations)),
      ("pixels_per_cell", .numbers([cellRows, cellColumns])),
      ("cells_per_block", .numbers([blockRows, blockColumns])),
      ("normalize", .number(squareRoot ? 1 : 0)),
      ("block_norm", .text(blockNorm.rawValue)),
      ("window_dim", .numbers([window.width, window.height])),
    ]
  }
}
