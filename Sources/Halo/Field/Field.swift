import Memory
public import Strided

/// One rank's block of a distributed array, with its halo.
///
/// Cells are counted from the first owned one; the last axis lies contiguous in memory unless the field is made in
/// Fortran order:
///
/// ```swift
/// var height = try Field<Double, 2>(on: grid, halo: 1, name: "height")
/// height[0, 0]                  // the first owned cell
/// height[-1, 0]                 // in the halo
/// height.owned                  // [0..<45, 0..<40]
/// ```
///
/// A field may be staggered, have axes that are not split, or lack some of the grid's; see ``FieldAxis``.
///
/// A field owns its memory and cannot be copied: pass it `borrowing` to code that reads it and `inout` to code
/// that writes it. `swap(&old, &new)` exchanges two fields without moving a cell.
///
/// **The rule in flight.** While an exchange is in flight its owned cells may be read; a halo cell may not; a
/// cell that a message carries may not be written. From outside, the compiler sees to it, since the exchange
/// holds the field exclusively. Inside the exchange's closure, rows and views trap on a cell they may not touch.
@safe
@frozen
public struct Field<Element: ArrayElement, let Rank: Int>: ~Copyable, Sendable {
  @usableFromInline let storage: FieldStorage
  @usableFromInline nonisolated(unsafe) let origin: UnsafeMutablePointer<Element>
  @usableFromInline nonisolated(unsafe) let shape: UnsafePointer<FieldShape<Rank>>

  /// Allocates the points of a block that a descriptor lays out.
  init(
    _ descriptor: FieldDescriptor, over block: GridBlock, repeating value: Element, name: String?,
    allocator: Allocator
  ) throws(HaloError) {
    let allocation = try Self.zeroBytes(for: descriptor, allocator)
    try HaloError.rethrow { () throws(DeviceError) in try allocation.fill(repeating: value) }
    self.init(descriptor, over: block, name: name, in: allocation)
  }

  /// Allocates the points of a block for a caller that gives every one its value.
  init(
    zeroBytesOf descriptor: FieldDescriptor, over block: GridBlock, name: String?, allocator: Allocator
  ) throws(HaloError) {
    self.init(descriptor, over: block, name: name, in: try Self.zeroBytes(for: descriptor, allocator))
  }

  private static func zeroBytes(
    for descriptor: FieldDescriptor, _ allocator: Allocator
  ) throws(HaloError) -> Allocation {
    try HaloError.rethrow { () throws(AllocationError) in
      try Allocation(count: descriptor.allocatedCount, of: Element.self, allocator: allocator)
    }
  }

  /// Makes a field of memory that has room for it.
  init(
    _ descriptor: FieldDescriptor, over block: GridBlock, name: String?, in allocation: consuming Allocation
  ) {
    let base = unsafe allocation.base.bindMemory(to: Element.self, capacity: descriptor.allocatedCount)
    unsafe self.init(
      descriptor, over: block, name: name, in: allocation, origin: base + descriptor.originOffset)
  }

  /// Makes a field of memory that holds its points around an origin.
  @unsafe
  init(
    _ descriptor: FieldDescriptor, over block: GridBlock, name: String?, in allocation: consuming Allocation,
    origin: UnsafeMutablePointer<Element>
  ) {
    let shape = UnsafeMutablePointer<FieldShape<Rank>>.allocate(capacity: 1)
    unsafe shape.initialize(to: FieldShape(descriptor, over: block))
    unsafe self.origin = origin
    unsafe self.shape = UnsafePointer(shape)
    unsafe storage = FieldStorage(
      descriptor: descriptor, name: name, allocation: allocation, origin: UnsafeMutableRawPointer(origin),
      shape: UnsafeMutableRawPointer(shape))
  }

  /// A second handle on the same memory, for the exchange that holds the first one exclusively.
  init(sharing field: borrowing Field) {
    storage = field.storage
    unsafe origin = field.origin
    unsafe shape = field.shape
  }
}
