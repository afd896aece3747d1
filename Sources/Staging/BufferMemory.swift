internal import Memory
internal import Strided

/// The memory of one buffer: the same object while it is lent and while it is idle.
// In one hand at a time: that of the buffer it is lent to or, under the cache's lock, its line's.
final class BufferMemory: @unchecked Sendable {
  let allocation: Allocation
  /// The same memory as its device knows it; `nil` where no device copies it by itself.
  let device: DeviceMemory?

  // The same faces are sent and received over and over: their lowering, which costs more than copying a small face,
  // is kept with the memory that they last went through.
  private var packing: LoweredCopy?
  private var unpacking: LoweredCopy?

  init(for line: BufferLine) throws(AllocationError) {
    allocation = try Allocation(
      byteCount: line.layout.byteCount, alignment: max(64, line.key.dtype.alignment),
      allocator: line.key.allocator)
    device = allocation.deviceMemory
  }

  /// Waits for the transfers of memory that was given back with some on their way; `false` if one failed.
  func isFitForReuse() -> Bool {
    guard let device else { return true }
    device.requireNoUntrackedTransfer(before: "handed out by a cache")
    do {
      try device.finalize()
      return true
    } catch {
      return false
    }
  }

  /// Copies the elements of an array, which must fill this memory, into it in C order.
  func pack(_ base: UnsafeRawPointer, _ layout: Layout) {
    if packing?.isFor(layout) != true { packing = LoweredCopy(packing: layout) }
    unsafe packing?.copy.execute(from: base + layout.offset, to: allocation.base)
  }

  /// Copies what is in this memory in C order to the elements of an array.
  func unpack(to base: UnsafeMutableRawPointer, _ layout: Layout) {
    if unpacking?.isFor(layout) != true { unpacking = LoweredCopy(unpacking: layout) }
    unsafe unpacking?.copy.execute(from: allocation.base, to: base + layout.offset)
  }
}

/// A copy between an array and contiguous memory that serves all arrays of the same shape and strides.
private struct LoweredCopy {
  let shape: PerAxis
  let strides: PerAxis
  let copy: StridedCopy

  init(packing layout: Layout) {
    (shape, strides) = (layout.shape, layout.strides)
    copy = .pack(layout.movedToBase)
  }

  init(unpacking layout: Layout) {
    (shape, strides) = (layout.shape, layout.strides)
    copy = .unpack(layout.movedToBase)
  }

  func isFor(_ layout: Layout) -> Bool {
    shape == layout.shape && strides == layout.strides
  }
}

extension Layout {
  /// The same array with its first element at the base address.
  fileprivate var movedToBase: Layout {
    Layout(shape: shape, strides: strides, itemSize: itemSize)
  }
}
