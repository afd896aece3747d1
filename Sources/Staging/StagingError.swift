public import Memory
public import Strided

/// What staging refuses: two arrays that do not fit each other, or memory that is not there.
public enum StagingError: Error, Hashable, Sendable {
  /// Two arrays that are to be assigned have different shapes; nothing is broadcast.
  case shape(expected: PerAxis, found: PerAxis)

  /// Two arrays that are to be assigned have different element types; nothing is converted.
  case dtype(expected: DType, found: DType)

  /// A shape cannot be read as another, since it has a different number of elements.
  case reshape(from: PerAxis, to: PerAxis)

  /// A message was to fill an array, and has another number of bytes.
  case messageSize(expected: Int, found: Int)

  /// There was no memory for a buffer.
  case allocation(AllocationError)

  /// A transfer of a buffer failed.
  case transfer(TransferError)

  /// A device refused a transfer, or reports one that failed.
  case device(DeviceError)

  /// Memory of a device was handed where the processor must touch it.
  case unreachable(MemorySpace)
}

extension StagingError: CustomStringConvertible {
  /// One line: what was expected and what was found.
  public var description: String {
    switch self {
    case .shape(let expected, let found):
      "expected an array of shape \(expected), found \(found): shapes must be equal, nothing is broadcast"
    case .dtype(let expected, let found):
      "expected elements of \(expected), found \(found): element types must be equal, nothing is converted"
    case .reshape(let from, let to):
      "shape \(from) cannot be read as shape \(to): they must have the same number of elements"
    case .messageSize(let expected, let found):
      "expected a message of \(expected) bytes to fill the array, found \(found) bytes"
    case .allocation(let error):
      error.description
    case .transfer(let error):
      error.description
    case .device(let error):
      error.description
    case .unreachable(let space):
      "expected memory that the processor can touch, found \(space): stage it in host memory or in pinned memory"
    }
  }
}
