internal import CHDF5

/// A number that HDF5 reads and writes; what a file holds is converted to it.
package protocol HDF5Number: BitwiseCopyable, Sendable {
  /// Zero, to fill memory that is about to be read into.
  static var zero: Self { get }
  /// The library's name for the number.
  static var kind: HDF5NumberKind { get }
}

/// The kinds of numbers that are written, all little-endian.
package enum HDF5NumberKind: Sendable {
  case float32
  case float64
  case int64
  case uint8

  /// Whether there is one among them that is none.
  var isReal: Bool { self == .float32 || self == .float64 }

  /// As memory has it.
  var memoryType: hid_t {
    switch self {
    case .float32: chdf5_native_float()
    case .float64: chdf5_native_double()
    case .int64: chdf5_native_int64()
    case .uint8: chdf5_native_uint8()
    }
  }

  /// As a file has it.
  var fileType: hid_t {
    switch self {
    case .float32: chdf5_ieee_f32le()
    case .float64: chdf5_ieee_f64le()
    case .int64: chdf5_std_i64le()
    case .uint8: chdf5_std_u8le()
    }
  }
}

extension Float: HDF5Number {
  package static var kind: HDF5NumberKind { .float32 }
}

extension Double: HDF5Number {
  package static var kind: HDF5NumberKind { .float64 }
}

extension Int: HDF5Number {
  package static var kind: HDF5NumberKind { .int64 }
}

extension UInt8: HDF5Number {
  package static var kind: HDF5NumberKind { .uint8 }
}
