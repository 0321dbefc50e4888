internal import Foundation
internal import GRDB
internal import SystemPackage

/// A path in the ledger: text if its bytes are UTF-8, otherwise a blob, never altered.
struct StoredPath: DatabaseValueConvertible {
  let path: FilePath

  init(_ path: FilePath) {
    self.path = path
  }

  init(_ name: FilePath.Component) {
    path = FilePath(root: nil, [name])
  }

  var databaseValue: DatabaseValue {
    if let text = String(validating: path) { return text.databaseValue }
    return unsafe path.withPlatformString {
      unsafe Data(UnsafeRawBufferPointer(start: $0, count: path.length)).databaseValue
    }
  }

  static func fromDatabaseValue(_ value: DatabaseValue) -> StoredPath? {
    switch value.storage {
    case .string(let text) where !text.contains("\0"): StoredPath(FilePath(text))
    case .blob(let bytes) where !bytes.contains(0):
      unsafe StoredPath(FilePath(platformString: bytes.map(CChar.init(bitPattern:)) + [0]))
    default: nil
    }
  }
}
