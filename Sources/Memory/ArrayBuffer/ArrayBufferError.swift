public import Strided

/// What a ``FlatBuffer`` or an ``ArrayBuffer`` cannot do.
public enum ArrayBufferError: Error, Hashable, Sendable {
  /// There was no memory.
  case allocation(AllocationError)

  /// A transfer of the memory failed.
  case transfer(TransferError)

  /// A device failed.
  case device(DeviceError)

  /// Memory that is lent cannot be what is asked for.
  case buffer(BufferError)

  /// The processor was to touch memory that it cannot reach.
  case unreachable(MemorySpace)

  /// The elements are of another type.
  case dtype(expected: DType, found: DType)

  /// Two arrays have different shapes.
  case shape(expected: PerAxis, found: PerAxis)

  /// A shape cannot be read as another, since it has another number of elements or bytes.
  case reshape(from: PerAxis, to: PerAxis)

  /// An array was to be one value, and has another number of elements.
  case notOneValue(shape: PerAxis)

  /// Two buffers have different numbers of bytes.
  case length(expected: Int, found: Int)
}

extension ArrayBufferError: CustomStringConvertible {
  /// One line: what was expected, what was found, and what to do.
  public var description: String {
    switch self {
    case .allocation(let error): error.description
    case .transfer(let error): error.description
    case .device(let error): error.description
    case .buffer(let error): error.description
    case .unreachable(let space):
      "array buffer: the processor cannot touch \(space): take it to the host first, by 'onHost()'"
    case .dtype(let expected, let found):
      "array buffer: expected elements of \(expected), found \(found): element types must be equal, nothing is converted"
    case .shape(let expected, let found):
      "array buffer: expected shape \(expected), found \(found): shapes must be equal, nothing is broadcast"
    case .reshape(let from, let to):
      "array buffer: shape \(from) cannot be read as shape \(to): they must have the same number of elements"
    case .notOneValue(let shape): "array buffer: expected one value, found shape \(shape)"
    case .length(let expected, let found): "array buffer: expected \(expected) bytes, found \(found)"
    }
  }
}
