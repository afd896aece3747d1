internal import CMPI
public import Strided

/// How the values of all ranks become one.
public enum Reduction: Sendable, CaseIterable {
  /// The sum; integers wrap around.
  case sum
  /// The product; integers wrap around.
  case product
  /// The least.
  case min
  /// The greatest.
  case max
  /// Other than 0 if all are, else 0; for integers and `Bool`.
  case logicalAnd
  /// Other than 0 if any is, else 0; for integers and `Bool`.
  case logicalOr

  /// Whether MPI has this reduction for elements of `type`.
  func applies(to type: ReductionType) -> Bool {
    switch (self, type) {
    case (.logicalAnd, .float), (.logicalAnd, .double), (.logicalOr, .float), (.logicalOr, .double): false
    case (.sum, .bool), (.product, .bool), (.min, .bool), (.max, .bool): false
    default: true
    }
  }

  var operation: CMPI_Op {
    switch self {
    case .sum: CMPI_SUM()
    case .product: CMPI_PROD()
    case .min: CMPI_MIN()
    case .max: CMPI_MAX()
    case .logicalAnd: CMPI_LAND()
    case .logicalOr: CMPI_LOR()
    }
  }
}

/// An element that MPI can compute with.
///
/// MPI's predefined types: integers of 8 to 64 bits, `Float` and `Double`; `Bool` with the logical
/// reductions.
public protocol ReducibleElement: ArrayElement {
  /// Which of MPI's types it is.
  static var reductionType: ReductionType { get }
}

/// The types of elements that MPI can compute with.
public enum ReductionType: Sendable {
  /// A signed integer.
  case int8, int16, int32, int64
  /// An unsigned integer.
  case uint8, uint16, uint32, uint64
  /// A floating-point number.
  case float, double
  /// A truth value.
  case bool

  var datatype: CMPI_Datatype {
    switch self {
    case .int8: CMPI_INT8_T()
    case .int16: CMPI_INT16_T()
    case .int32: CMPI_INT32_T()
    case .int64: CMPI_INT64_T()
    case .uint8: CMPI_UINT8_T()
    case .uint16: CMPI_UINT16_T()
    case .uint32: CMPI_UINT32_T()
    case .uint64: CMPI_UINT64_T()
    case .float: CMPI_FLOAT()
    case .double: CMPI_DOUBLE()
    case .bool: CMPI_C_BOOL()
    }
  }

  var byteCount: Int {
    switch self {
    case .int8, .uint8, .bool: 1
    case .int16, .uint16: 2
    case .int32, .uint32, .float: 4
    case .int64, .uint64, .double: 8
    }
  }
}
