/// Where memory comes from: what a type implements to be used as an ``Allocator``.
///
/// An implementation may be called from several threads at the same time.
public protocol MemoryAllocator: AnyObject, Sendable {
  /// The name in errors and descriptions.
  var name: String { get }

  /// Where the memory lies, and who reaches it. Without an implementation of its own, it is the process's.
  var space: MemorySpace { get }

  /// Whether memory may be given back, to a cache or to the allocator, while transfers of it are on their way.
  ///
  /// Such an allocator waits for them by itself before it frees memory, and a cache does before it hands the memory out
  /// again. Without an implementation of its own it is `false`: nothing is then given back before
  /// ``finalizeTransfers(of:byteCount:)`` has returned.
  var mayBeGivenBackInTransfer: Bool { get }

  /// Gives memory that nothing else uses, filled with zeros.
  ///
  /// - Parameters:
  ///   - byteCount: The bytes that are needed, 0 or more. For 0 bytes the address is valid and aligned all the same.
  ///   - alignment: A positive power of two that the address is to be a multiple of.
  /// - Throws: ``AllocationError``; nothing is kept then.
  func allocate(byteCount: Int, alignment: Int) throws(AllocationError) -> UnsafeMutableRawPointer

  /// Takes back memory that ``allocate(byteCount:alignment:)`` of this or an interchangeable allocator gave, with
  /// the byte count and the alignment it was asked for with.
  func deallocate(_ base: UnsafeMutableRawPointer, byteCount: Int, alignment: Int)

  /// Whether memory of either allocator may stand for memory of the other, and be freed by it.
  ///
  /// Buffers are shared between interchangeable allocators, which must have the same ``name``. Without an
  /// implementation of its own, an allocator is interchangeable only with itself.
  func isInterchangeable(with other: any MemoryAllocator) -> Bool

  /// Waits until no transfer that was begun into or out of these bytes is still on its way.
  ///
  /// Memory that only the processor's own loads and stores reach has nothing to wait for, and needs no
  /// implementation. Memory of a device, or memory pinned for its transfers, must wait here: for the last transfer
  /// that touches these bytes and no other, on whatever thread this is called; and must report what failed since.
  ///
  /// - Throws: ``TransferError`` if a transfer failed.
  func finalizeTransfers(of base: UnsafeMutableRawPointer, byteCount: Int) throws(TransferError)

  /// The device's own view of memory that this allocator gave; `nil` where no device knows it.
  func deviceMemory(at base: UnsafeMutableRawPointer) -> DeviceMemory?
}

extension MemoryAllocator {
  /// Interchangeable only with itself.
  public func isInterchangeable(with other: any MemoryAllocator) -> Bool {
    self === other
  }

  /// The process's own.
  public var space: MemorySpace { .host }

  /// Not before its transfers are done.
  public var mayBeGivenBackInTransfer: Bool { false }

  /// None.
  public func deviceMemory(at base: UnsafeMutableRawPointer) -> DeviceMemory? { nil }

  /// Nothing to wait for.
  public func finalizeTransfers(of base: UnsafeMutableRawPointer, byteCount: Int) throws(TransferError) {}
}
