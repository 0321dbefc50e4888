internal import Detection
internal import FoundationEssentials
internal import SystemPackage

/// The parts of a COCO file that are needed here.
struct COCOContents: Decodable {
  struct Picture: Decodable {
    let id: ID
    /// The `file_name`, with any folders the author included.
    let name: String
    let width, height: Double?

    enum CodingKeys: String, CodingKey {
      case id, width, height
      case name = "file_name"
    }

    /// Nil if the file does not state it.
    var size: PixelSize? { PixelSize(statedWidth: width, height: height) }
  }

  struct Annotation: Decodable {
    let picture: ID
    let category: ID?
    /// Nil if `bbox` is missing, null or empty, as for an object that only has an outline.
    let box: Box?
    /// Whether this is a crowd, or is excluded from evaluation.
    let isIgnored: Bool

    enum CodingKeys: String, CodingKey {
      case picture = "image_id"
      case category = "category_id"
      case box = "bbox"
      case isCrowd = "iscrowd"
      case ignore
    }

    init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: CodingKeys.self)
      picture = try values.decode(ID.self, forKey: .picture)
      category = try values.decodeIfPresent(ID.self, forKey: .category)
      // Left, top, width and height in pixels.
      let numbers = try values.decodeIfPresent([Double?].self, forKey: .box)?.compactMap(\.self)
      box = numbers.flatMap { $0.count == 4 ? $0 : nil }.flatMap {
        Box(left: $0[0], top: $0[1], right: $0[0] + $0[2], bottom: $0[1] + $0[3])
      }
      isIgnored = try [CodingKeys.isCrowd, .ignore].contains {
        try values.decodeIfPresent(Flag.self, forKey: $0)?.isSet ?? false
      }
    }
  }

  struct Category: Decodable {
    let id: ID
    let name: String
  }

  /// An id: a number as the format requires, or text as some tools write it. 7, 7.0 and "7" are equal.
  struct ID: Decodable, Hashable {
    let text: String

    init(from decoder: any Decoder) throws {
      let value = try decoder.singleValueContainer()
      do {
        text = try value.decode(String.self)
      } catch DecodingError.typeMismatch {
        do {
          // Ids made of a date, or of a hash, can be too large for 64 bits.
          text = String(try value.decode(Int128.self))
        } catch {
          let number = try value.decode(Double.self)
          text = Int(exactly: number).map(String.init) ?? "\(number)"
        }
      }
    }
  }

  /// A flag written as 0 and 1 or as false and true.
  private struct Flag: Decodable {
    let isSet: Bool

    init(from decoder: any Decoder) throws {
      let value = try decoder.singleValueContainer()
      do {
        isSet = try value.decode(Double.self) != 0
      } catch DecodingError.typeMismatch {
        isSet = try value.decode(Bool.self)
      }
    }
  }

  let images: [Picture]
  let annotations: [Annotation]
  let categories: [Category]

  enum CodingKeys: String, CodingKey {
    case images, annotations, categories
  }

  init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    images = try values.decode([Picture].self, forKey: .images)
    annotations = try values.decode([Annotation].self, forKey: .annotations)
    categories = try values.decodeIfPresent([Category].self, forKey: .categories) ?? []
  }

  /// 1 GiB; COCO's own file for 118,287 pictures is half as long.
  private static let largestByteCount = 1 << 30

  init(reading path: FilePath) throws(AnnotationError) {
    do {
      let bytes = try bytes(of: path, maximumCount: Self.largestByteCount)
      do {
        self = try JSONDecoder().decode(Self.self, from: Data(bytes))
      } catch DecodingError.dataCorrupted {
        self = try JSONDecoder().decode(Self.self, from: Data(bytes.withNullForNaN))
      }
    } catch let error as AnnotationError {
      throw error
    } catch {
      throw AnnotationError(path, "this is not a COCO file: \(Self.words(of: error))")
    }
  }

  /// What the decoder rejected, and where.
  private static func words(of error: any Error) -> String {
    switch error {
    case DecodingError.keyNotFound(let key, let context):
      "“\(key.stringValue)” is missing\(place(context))"
    case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context),
      DecodingError.dataCorrupted(let context):
      context.debugDescription + place(context)
    default: "\(error)"
    }
  }

  private static func place(_ context: DecodingError.Context) -> String {
    let keys = context.codingPath.map { $0.intValue.map(String.init) ?? $0.stringValue }
    return keys.isEmpty ? "" : " in \(keys.joined(separator: "."))"
  }
}

extension [UInt8] {
  /// The same JSON with null for NaN, Infinity and -Infinity, which Python writes although JSON does not have them.
  fileprivate var withNullForNaN: [UInt8] {
    let words = ["NaN", "Infinity", "-Infinity"].map { Array($0.utf8) }
    var result: [UInt8] = []
    result.reserveCapacity(count)
    var (index, isText) = (0, false)
    while index < count {
      let byte = self[index]
      if !isText, let word = words.first(where: { self[index...].starts(with: $0) }) {
        result += "null".utf8
        index += word.count
        continue
      }
      if byte == UInt8(ascii: "\"") { isText.toggle() }
      let isEscape = isText && byte == UInt8(ascii: "\\")
      result += self[index..<Swift.min(index + (isEscape ? 2 : 1), count)]
      index += isEscape ? 2 : 1
    }
    return result
  }
}
