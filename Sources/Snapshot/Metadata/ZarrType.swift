/// A data type of Zarr's core specification.
enum ZarrType: String, CaseIterable, Sendable {
  case bool, int8, int16, int32, int64, uint8, uint16, uint32, uint64
  case float16, float32, float64, complex64, complex128

  /// Bytes of an element.
  var size: Int {
    switch self {
    case .bool, .int8, .uint8: 1
    case .int16, .uint16, .float16: 2
    case .int32, .uint32, .float32: 4
    case .int64, .uint64, .float64, .complex64: 8
    case .complex128: 16
    }
  }

  /// Whether an element is two numbers.
  var isComplex: Bool { self == .complex64 || self == .complex128 }

  /// Bytes of each number of an element, whose order in memory is a machine's own.
  var numberSize: Int { isComplex ? size / 2 : size }
}
