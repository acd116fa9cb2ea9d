internal import CHDF5

/// A number that can be written to a file and read from it.
///
/// The conforming types are the floating-point numbers and integers of fixed size, and `Int`;
/// no others may be added.
public protocol HDF5Scalar: Numeric, BitwiseCopyable, Sendable {
  /// How the number stands in a file.
  static var elementType: HDF5ElementType { get }
}

extension Double: HDF5Scalar {
  public static var elementType: HDF5ElementType { .float(bits: 64) }
}

extension Float: HDF5Scalar {
  public static var elementType: HDF5ElementType { .float(bits: 32) }
}

extension HDF5Scalar where Self: FixedWidthInteger {
  /// How the number stands in a file.
  public static var elementType: HDF5ElementType { .integer(bits: bitWidth, signed: isSigned) }
}

extension Int: HDF5Scalar {}
extension Int8: HDF5Scalar {}
extension Int16: HDF5Scalar {}
extension Int32: HDF5Scalar {}
extension Int64: HDF5Scalar {}
extension UInt8: HDF5Scalar {}
extension UInt16: HDF5Scalar {}
extension UInt32: HDF5Scalar {}
extension UInt64: HDF5Scalar {}

extension HDF5Scalar {
  /// The library's own type for this number in memory; owned by the library; inside the lock.
  static var nativeType: hid_t {
    switch elementType {
    case .float(let bits): chdf5_native_float(Int32(bits))
    case .integer(let bits, let signed): chdf5_native_integer(Int32(bits), signed ? 1 : 0)
    default: -1
    }
  }

  /// Whether every value of a file's number type can be read as this type (a double is rounded
  /// to a float, a 64-bit integer to a double; both are what a reader asks for).
  static func holds(_ type: HDF5ElementType) -> Bool {
    switch (type, elementType) {
    case (.float, .float), (.integer, .float), (.boolean, _): true
    case (.integer(let bits, let signed), .integer(let ownBits, let ownSigned)):
      signed == ownSigned ? bits <= ownBits : ownSigned && bits < ownBits
    default: false
    }
  }
}
