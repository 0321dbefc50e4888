internal import CHDF5

/// A number type that HDF5 reads and writes. Reading converts whatever the file stores to it.
package protocol HDF5Number: BitwiseCopyable, Sendable {
  /// Zero, to initialise memory before reading into it.
  static var zero: Self { get }
  /// The kind that the number is written as.
  static var kind: HDF5NumberKind { get }
}

/// The kinds of numbers that are written, all little-endian.
package enum HDF5NumberKind: Sendable {
  case float32
  case float64
  case int64
  case uint8

  /// Whether the kind is floating-point, and so has NaN.
  var isReal: Bool { self == .float32 || self == .float64 }

  /// The type in memory.
  var memoryType: hid_t {
    switch self {
    case .float32: chdf5_native_float()
    case .float64: chdf5_native_double()
    case .int64: chdf5_native_int64()
    case .uint8: chdf5_native_uint8()
    }
  }

  /// The type in files.
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
