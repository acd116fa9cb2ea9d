internal import CHDF5

/// The type of the elements of a dataset or attribute, as the file declares it.
public indirect enum HDF5ElementType: Sendable, Equatable {
  /// An integer of `bits` bits.
  case integer(bits: Int, signed: Bool)
  /// An IEEE floating-point number of `bits` bits.
  case float(bits: Int)
  /// An enumeration with the members FALSE and TRUE, as h5py writes truth values.
  case boolean
  /// Text; `bytes` is `nil` where every string has its own length.
  case string(bytes: Int?)
  /// A small array as one element, e.g. two doubles per walker and step.
  case array(HDF5ElementType, shape: [Int])
  /// A record with named fields.
  case compound([Field])
  /// A type that cannot be read here.
  case other(String)

  /// One field of a record.
  public struct Field: Sendable, Equatable {
    /// The name of the field.
    public let name: String
    /// Its type.
    public let type: HDF5ElementType
  }

  /// The axes that one element adds to the shape of the dataset; none for a plain number.
  var innerShape: [Int] {
    if case .array(let element, let shape) = self { return shape + element.innerShape }
    return []
  }

  /// The type of the numbers inside arrays.
  var innermost: HDF5ElementType {
    if case .array(let element, _) = self { return element.innermost }
    return self
  }
}

extension HDF5ElementType: CustomStringConvertible {
  public var description: String {
    switch self {
    case .integer(let bits, let signed): "\(signed ? "int" : "uint")\(bits)"
    case .float(let bits): "float\(bits)"
    case .boolean: "boolean"
    case .string(let bytes): bytes.map { "text of \($0) bytes" } ?? "text"
    case .array(let element, let shape): "\(element) \(shape)"
    case .compound(let fields):
      "record (" + fields.map { "\($0.name): \($0.type)" }.joined(separator: ", ") + ")"
    case .other(let name): name
    }
  }
}

extension HDF5ElementType {
  /// Reads a type declaration; inside the lock.
  init(_ id: hid_t) {
    let bits = 8 * H5Tget_size(id)
    switch H5Tget_class(id) {
    case H5T_INTEGER: self = .integer(bits: bits, signed: H5Tget_sign(id) == H5T_SGN_2)
    case H5T_FLOAT: self = .float(bits: bits)
    case H5T_STRING: self = .string(bytes: H5Tis_variable_str(id) > 0 ? nil : bits / 8)
    case H5T_ENUM: self = Self.memberNames(id) == ["FALSE", "TRUE"] ? .boolean : .other("enum")
    case H5T_ARRAY: self = Self.arrayType(id)
    case H5T_COMPOUND: self = Self.compoundType(id)
    case H5T_REFERENCE: self = .other("reference")
    case H5T_VLEN: self = .other("variable-length array")
    case H5T_OPAQUE: self = .other("opaque bytes")
    default: self = .other("unknown type")
    }
  }

  private static func memberNames(_ id: hid_t) -> [String] {
    (0..<max(0, H5Tget_nmembers(id))).map { index in
      guard let name = H5Tget_member_name(id, UInt32(index)) else { return "" }
      defer { H5free_memory(name) }
      return String(cString: name)
    }
  }

  private static func arrayType(_ id: hid_t) -> Self {
    var extent = [hsize_t](repeating: 0, count: max(0, Int(H5Tget_array_ndims(id))))
    _ = H5Tget_array_dims2(id, &extent)
    guard let element = Handle(H5Tget_super(id), closedBy: H5Tclose) else {
      return .other("array")
    }
    return .array(Self(element.id), shape: extent.map(Int.init))
  }

  private static func compoundType(_ id: hid_t) -> Self {
    let types = memberNames(id).enumerated().map { index, name in
      let member = Handle(H5Tget_member_type(id, UInt32(index)), closedBy: H5Tclose)
      return Field(name: name, type: member.map { Self($0.id) } ?? .other("unknown type"))
    }
    return .compound(types)
  }
}
