/// Memory that could not be had: how many bytes were asked for, of whom, and why it was refused.
public struct AllocationError: Error, Hashable, Sendable {
  /// Why memory was refused.
  public enum Reason: Hashable, Sendable {
    /// The system has no such memory to give, for now or at all; the system's error number.
    case outOfMemory(errorNumber: Int32)

    /// The number of bytes is negative.
    case negativeSize

    /// No memory can have the size of what was asked for: more bytes than an address can count, or an extent below 0.
    case impossibleSize(of: String)

    /// The alignment is not a positive power of two, or more than the allocator can give.
    case unsupportedAlignment(Int)

    /// A device's driver refused, or the device is lost.
    case device(DeviceError)

    /// An allocator's own reason.
    case refused(String)
  }

  /// The name of the allocator that was asked.
  public let allocator: String

  /// The bytes that were asked for; `Int.max` if an `Int` cannot count them.
  public let byteCount: Int

  /// Why the memory was refused.
  public let reason: Reason

  /// Makes the error of an allocator that cannot give memory.
  public init(allocator: String, byteCount: Int, reason: Reason) {
    self.allocator = allocator
    self.byteCount = byteCount
    self.reason = reason
  }
}

extension AllocationError: CustomStringConvertible {
  /// One line: how much was asked of whom, and why it was refused.
  public var description: String {
    switch reason {
    case .outOfMemory(let errorNumber):
      return "allocator \"\(allocator)\" has no \(byteCount) bytes: \(SystemError.text(of: errorNumber))"
    case .negativeSize:
      return "allocator \"\(allocator)\" was asked for \(byteCount) bytes: a size cannot be negative"
    case .impossibleSize(let request):
      return "allocator \"\(allocator)\" was asked for \(request): no memory has that size"
    case .unsupportedAlignment(let alignment):
      return "allocator \"\(allocator)\" was asked for \(byteCount) bytes aligned to \(alignment): "
        + "an alignment is a power of two that the allocator supports"
    case .device(let error):
      return "allocator \"\(allocator)\" has no \(byteCount) bytes: \(error)"
    case .refused(let problem):
      return "allocator \"\(allocator)\" has no \(byteCount) bytes: \(problem)"
    }
  }
}
