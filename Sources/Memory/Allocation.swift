/// Bytes of an allocator with one owner, given back when the owner ends.
///
///     var allocation = try Allocation(count: 1000, of: Double.self, allocator: .hugePages)
///     var values = allocation.mutableSpan(as: Double.self)
///     values[0] = 1
///
/// The bytes are zero at first.
@safe
public struct Allocation: ~Copyable, @unchecked Sendable {
  /// The address of the first byte; good as long as the allocation is.
  public let base: UnsafeMutableRawPointer

  /// The bytes that were asked for.
  public let byteCount: Int

  /// The alignment that was asked for, in bytes; the address may be aligned to more.
  public let alignment: Int

  /// Where the memory is from, and goes back to.
  public let allocator: Allocator

  /// Asks for bytes, filled with zeros.
  ///
  /// - Parameters:
  ///   - byteCount: The bytes that are needed; 0 is allowed.
  ///   - alignment: A power of two that the address is to be a multiple of.
  ///   - allocator: Whom to ask.
  /// - Throws: ``AllocationError``: a negative count, an alignment that is no power of two, no such memory.
  public init(
    byteCount: Int, alignment: Int = 64, allocator: Allocator = .host
  ) throws(AllocationError) {
    guard byteCount >= 0 else {
      throw AllocationError(allocator: allocator.description, byteCount: byteCount, reason: .negativeSize)
    }
    unsafe base = try allocator.implementation.allocate(byteCount: byteCount, alignment: alignment)
    self.byteCount = byteCount
    self.alignment = alignment
    self.allocator = allocator
  }

  /// Asks for elements, filled with zero bytes.
  ///
  /// - Parameters:
  ///   - count: The number of elements; 0 is allowed.
  ///   - type: The type of the elements.
  ///   - alignment: A power of two that the address is to be a multiple of, if more than the type asks for.
  ///   - allocator: Whom to ask.
  /// - Throws: ``AllocationError``: a negative count, a size that no address can count, no such memory.
  public init<Element>(
    count: Int, of type: Element.Type, alignment: Int = 64, allocator: Allocator = .host
  ) throws(AllocationError) {
    try self.init(
      count: count, elementSize: MemoryLayout<Element>.stride,
      alignment: max(alignment, MemoryLayout<Element>.alignment), allocator: allocator)
  }

  /// Asks for elements of a size that is known only at run time, filled with zero bytes.
  package init(
    count: Int, elementSize: Int, alignment: Int, allocator: Allocator
  ) throws(AllocationError) {
    let (byteCount, overflow) = count.multipliedReportingOverflow(by: elementSize)
    guard !overflow || count < 0 else {
      throw AllocationError(
        allocator: allocator.description, byteCount: .max,
        reason: .impossibleSize(of: "\(count) elements of \(elementSize) bytes"))
    }
    try self.init(
      byteCount: overflow ? .min : byteCount, alignment: alignment, allocator: allocator)
  }

  @unsafe
  init(
    unchecked base: UnsafeMutableRawPointer, byteCount: Int, alignment: Int, allocator: Allocator
  ) {
    unsafe self.base = base
    self.byteCount = byteCount
    self.alignment = alignment
    self.allocator = allocator
  }

  deinit {
    unsafe allocator.implementation.deallocate(base, byteCount: byteCount, alignment: alignment)
  }
}
