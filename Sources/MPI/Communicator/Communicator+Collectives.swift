internal import CMPI
public import Strided

extension Communicator {
  /// Returns when all ranks have called it.
  ///
  /// Collective.
  ///
  /// - Throws: `MPIError`, also when a rank has not called it within the time limit; no further collective
  ///   call on this communicator is possible then.
  public func barrier() throws(MPIError) {
    try meet(for: Call("MPI_Ibarrier"))
  }

  /// Waits for all ranks within the time limit; an error then speaks of `call`.
  func meet(for call: Call) throws(MPIError) {
    if let carrier { return try unsafe meet(.barrier, CollectiveMemory(), through: carrier, call) }
    try requireIntact(call.function)
    var request = CMPI_REQUEST_NULL()
    try check(unsafe start(.barrier, from: nil, into: nil, &request), call)
    var status = MPI_Status()
    guard try completes(&request, &status, call) else {
      abandon(call)
      throw timeLimitError(call)
    }
  }

  /// Copies the elements of rank `root` into those of all ranks.
  ///
  /// Collective.
  ///
  /// - Parameters:
  ///   - elements: The same number on all ranks.
  ///   - root: The rank whose elements stay as they are.
  /// - Throws: As ``broadcast(bytes:byteCount:from:)``.
  @inlinable
  public func broadcast<Element: ArrayElement>(
    _ elements: inout MutableSpan<Element>, from root: Int
  ) throws(MPIError) {
    let byteCount = elements.count * MemoryLayout<Element>.stride
    try unsafe elements.withUnsafeMutableBufferPointer { (memory) throws(MPIError) in
      try unsafe broadcast(
        bytes: UnsafeMutableRawPointer(memory.baseAddress), byteCount: byteCount, from: root)
    }
  }

  /// The value of rank `root`, on all ranks.
  ///
  /// Collective.
  ///
  /// - Throws: As ``broadcast(bytes:byteCount:from:)``.
  @inlinable
  public func broadcast<Element: ArrayElement>(_ value: Element, from root: Int) throws(MPIError) -> Element {
    var value = value
    try unsafe withUnsafeMutablePointer(to: &value) { (memory) throws(MPIError) in
      try unsafe broadcast(
        bytes: UnsafeMutableRawPointer(memory), byteCount: MemoryLayout<Element>.stride, from: root)
    }
    return value
  }

  /// The elements of all ranks, in the order of the ranks.
  ///
  /// Collective.
  ///
  /// - Parameters:
  ///   - elements: The same number on all ranks.
  ///   - gathered: `size` times as many.
  /// - Throws: As ``allGather(bytes:byteCount:into:)``; and with class `MPI_ERR_COUNT` if `gathered` is not `size` times
  ///   as many.
  @inlinable
  public func allGather<Element: ArrayElement>(
    _ elements: Span<Element>, into gathered: inout MutableSpan<Element>
  ) throws(MPIError) {
    try requireCount(gathered.count, size * elements.count, "MPI_Iallgather")
    let byteCount = elements.count * MemoryLayout<Element>.stride
    try unsafe elements.withUnsafeBufferPointer { (from) throws(MPIError) in
      try unsafe gathered.withUnsafeMutableBufferPointer { (into) throws(MPIError) in
        try unsafe allGather(
          bytes: UnsafeRawPointer(from.baseAddress), byteCount: byteCount,
          into: UnsafeMutableRawPointer(into.baseAddress))
      }
    }
  }

  /// The values of all ranks, in the order of the ranks.
  ///
  /// Collective.
  ///
  /// - Throws: As ``allGather(bytes:byteCount:into:)``.
  @inlinable
  public func allGather<Element: ArrayElement>(_ value: Element) throws(MPIError) -> [Element] {
    var all = [Element](repeating: value, count: size)
    var memory = all.mutableSpan
    try unsafe withUnsafePointer(to: value) { (from) throws(MPIError) in
      try unsafe memory.withUnsafeMutableBufferPointer { (into) throws(MPIError) in
        try unsafe allGather(
          bytes: UnsafeRawPointer(from), byteCount: MemoryLayout<Element>.stride,
          into: UnsafeMutableRawPointer(into.baseAddress))
      }
    }
    return all
  }

  /// The elements of all ranks, in the order of the ranks, on rank `root`.
  ///
  /// Collective.
  ///
  /// - Parameters:
  ///   - elements: The same number on all ranks.
  ///   - gathered: `size` times as many on rank `root`; looked at on no other.
  ///   - root: The rank that gathers.
  /// - Throws: As ``gather(bytes:byteCount:into:on:)``; and on rank `root` with class `MPI_ERR_COUNT` if `gathered` is
  ///   not `size` times as many.
  @inlinable
  public func gather<Element: ArrayElement>(
    _ elements: Span<Element>, into gathered: inout MutableSpan<Element>, on root: Int
  ) throws(MPIError) {
    if rank == root { try requireCount(gathered.count, size * elements.count, "MPI_Igather") }
    let byteCount = elements.count * MemoryLayout<Element>.stride
    try unsafe elements.withUnsafeBufferPointer { (from) throws(MPIError) in
      try unsafe gathered.withUnsafeMutableBufferPointer { (into) throws(MPIError) in
        try unsafe gather(
          bytes: UnsafeRawPointer(from.baseAddress), byteCount: byteCount,
          into: UnsafeMutableRawPointer(into.baseAddress), on: root)
      }
    }
  }

  /// The values of all ranks, in the order of the ranks, on rank `root`; `nil` on the others.
  ///
  /// Collective.
  ///
  /// - Throws: As ``gather(bytes:byteCount:into:on:)``.
  @inlinable
  public func gather<Element: ArrayElement>(_ value: Element, on root: Int) throws(MPIError) -> [Element]? {
    var all = [Element](repeating: value, count: rank == root ? size : 0)
    var memory = all.mutableSpan
    try unsafe withUnsafePointer(to: value) { (from) throws(MPIError) in
      try unsafe memory.withUnsafeMutableBufferPointer { (into) throws(MPIError) in
        try unsafe gather(
          bytes: UnsafeRawPointer(from), byteCount: MemoryLayout<Element>.stride,
          into: UnsafeMutableRawPointer(into.baseAddress), on: root)
      }
    }
    return rank == root ? all : nil
  }

  /// Deals the elements of rank `root` to the ranks in their order, the same number to each.
  ///
  /// Collective.
  ///
  /// - Parameters:
  ///   - elements: `size` times as many as `part` on rank `root`; looked at on no other.
  ///   - part: What this rank gets.
  ///   - root: The rank that deals.
  /// - Throws: As ``scatter(bytes:byteCount:into:from:)``; and on rank `root` with class `MPI_ERR_COUNT` if `elements` is
  ///   not `size` times as many.
  @inlinable
  public func scatter<Element: ArrayElement>(
    _ elements: Span<Element>, into part: inout MutableSpan<Element>, from root: Int
  ) throws(MPIError) {
    if rank == root { try requireCount(elements.count, size * part.count, "MPI_Iscatter") }
    let byteCount = part.count * MemoryLayout<Element>.stride
    try unsafe elements.withUnsafeBufferPointer { (from) throws(MPIError) in
      try unsafe part.withUnsafeMutableBufferPointer { (into) throws(MPIError) in
        try unsafe scatter(
          bytes: UnsafeRawPointer(from.baseAddress), byteCount: byteCount,
          into: UnsafeMutableRawPointer(into.baseAddress), from: root)
      }
    }
  }

  @usableFromInline
  func requireCount(_ found: Int, _ expected: Int, _ function: StaticString) throws(MPIError) {
    guard found != expected else { return }
    throw error(
      MPI_ERR_COUNT, "expected memory for \(expected) elements (\(size) ranks) and found \(found)",
      Call(function))
  }
}
