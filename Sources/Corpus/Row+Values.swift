internal import Digest
internal import Foundation
internal import GRDB

/// A value in the ledger that Misfire does not write: another program did, or the file is damaged.
struct ImpossibleValue: Error, CustomStringConvertible {
  let column: String
  let value: DatabaseValue

  var description: String { "\(column) is \(value), which is impossible" }
}

extension Row {
  /// The value of a column, which may be anything, because SQLite's checks can be switched off.
  func value<Value: DatabaseValueConvertible>(_ column: String, as type: Value.Type = Value.self)
    throws(ImpossibleValue) -> Value
  {
    let value = self[column] as DatabaseValue
    guard let converted = Value.fromDatabaseValue(value) else {
      throw ImpossibleValue(column: column, value: value)
    }
    return converted
  }

  /// The same for a column that may be null.
  func optional<Value: DatabaseValueConvertible>(_ column: String, as type: Value.Type = Value.self)
    throws(ImpossibleValue) -> Value?
  {
    (self[column] as DatabaseValue).isNull ? nil : try value(column)
  }

  /// One of several words.
  func word<Word: RawRepresentable<String>>(_ column: String, as type: Word.Type = Word.self)
    throws(ImpossibleValue) -> Word
  {
    guard let word = Word(rawValue: try value(column)) else {
      throw ImpossibleValue(column: column, value: self[column])
    }
    return word
  }

  /// A SHA-256.
  func digest(_ column: String) throws(ImpossibleValue) -> SHA256Digest {
    guard let digest = SHA256Digest(bytes: Array(try value(column, as: Data.self))) else {
      throw ImpossibleValue(column: column, value: self[column])
    }
    return digest
  }

  /// When it was written.
  func time(_ column: String = "time") throws(ImpossibleValue) -> Date {
    // The year 9999, the last that dates are written for.
    Date(timeIntervalSince1970: Double(try whole(column, in: 0...253_402_300_799)))
  }

  /// When something was done; nil if it was not.
  func optionalTime(_ column: String) throws(ImpossibleValue) -> Date? {
    (self[column] as DatabaseValue).isNull ? nil : try time(column)
  }

  /// A count: sums and products with a few thousand fit an Int.
  func count(_ column: String) throws(ImpossibleValue) -> Int {
    try whole(column, in: 0...1 << 48)
  }

  /// A pixel's position in a picture, or beyond its edge.
  func pixel(_ column: String) throws(ImpossibleValue) -> Int {
    try whole(column, in: -1 << 31...1 << 31)
  }

  private func whole(_ column: String, in range: ClosedRange<Int>) throws(ImpossibleValue) -> Int {
    let number: Int = try value(column)
    guard range.contains(number) else {
      throw ImpossibleValue(column: column, value: self[column])
    }
    return number
  }
}
