/// Where memory comes from, as a value that can be compared and be part of a key.
///
/// Two allocators are equal if their memory is interchangeable: `.hugePages(above: 4096)` equals
/// `.hugePages(above: 4096)` wherever it was written, and an allocator of your own equals itself.
///
///     let allocation = try Allocation(byteCount: 1 << 20, allocator: .hugePages)
public struct Allocator: Sendable {
  /// What gives the memory.
  public let implementation: any MemoryAllocator

  // Kept so that hashing a key that holds an allocator does not hash a string every time.
  private let nameHash: Int

  /// Makes an allocator of your own usable wherever memory is asked for.
  public init(_ implementation: some MemoryAllocator) {
    self.implementation = implementation
    nameHash = implementation.name.hashValue
  }

  /// Ordinary memory of the process, aligned to at least a cache line of 64 bytes.
  public static let host = Allocator(HostAllocator())

  /// Memory on huge pages for more than 1 MiB, and ordinary memory up to that: ``hugePages(above:)``.
  public static let hugePages = Allocator(HugePageAllocator(above: HugePageAllocator.defaultThreshold))

  /// Memory on huge pages of 2 MiB for more than `threshold` bytes, and that of ``host`` up to that.
  ///
  /// On huge pages, short runs far apart (a face whose axis is the fastest) are read several times faster, because
  /// each run would otherwise miss the table of 4 KiB pages.
  ///
  /// Above the threshold, the memory begins near the start of a page of 2 MiB: allocations take turns at 16 places, 4160
  /// bytes apart, so that the same element of several arrays of one shape does not fall on the same cache sets; with an
  /// alignment above 64 bytes they all begin at the start. The size is rounded up to a multiple of 2 MiB, and the kernel
  /// is asked by `madvise(MADV_HUGEPAGE)` to use huge pages, which it does from the first touch on where they
  /// are switched on (`/sys/kernel/mm/transparent_hugepage/enabled` is `madvise` or `always`). Where they are not,
  /// the memory is as good as ordinary memory. Freed memory goes back to the system at once.
  ///
  /// - Parameter threshold: The most bytes that are not worth a huge page; negative is as 0.
  public static func hugePages(above threshold: Int) -> Allocator {
    threshold == HugePageAllocator.defaultThreshold
      ? .hugePages : Allocator(HugePageAllocator(above: threshold))
  }
}

extension Allocator: Hashable {
  /// Whether memory of either allocator may stand for memory of the other.
  public static func == (left: Allocator, right: Allocator) -> Bool {
    left.implementation === right.implementation
      || left.nameHash == right.nameHash && left.implementation.isInterchangeable(with: right.implementation)
  }

  /// Hashes the name, which interchangeable allocators share.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(nameHash)
  }
}

extension Allocator: CustomStringConvertible {
  /// The name of the allocator.
  public var description: String { implementation.name }
}
