internal import CMPI

extension Communicator {
  /// Reduces the elements of all ranks, each with those at its place, on all ranks.
  ///
  /// Collective.
  ///
  /// The order of floating-point additions is the MPI library's own, and can differ with the number of ranks.
  ///
  /// - Parameters:
  ///   - elements: The same number on all ranks; replaced by the result.
  ///   - reduction: How.
  /// - Throws: As ``broadcast(bytes:byteCount:from:)``; and with class `MPI_ERR_OP` for a logical reduction of
  ///   floating-point numbers and any other of `Bool`.
  @inlinable
  public func allReduce<Element: ReducibleElement>(
    _ elements: inout MutableSpan<Element>, _ reduction: Reduction
  ) throws(MPIError) {
    let count = elements.count
    try unsafe elements.withUnsafeMutableBufferPointer { (memory) throws(MPIError) in
      try unsafe allReduce(
        UnsafeMutableRawPointer(memory.baseAddress), count: count, of: Element.reductionType, reduction)
    }
  }

  /// The values of all ranks reduced to one, on all ranks.
  ///
  /// Collective.
  ///
  /// ```swift
  /// let residual = try world.allReduce(localResidual, .max)
  /// ```
  ///
  /// - Throws: As the reduction of many elements.
  @inlinable
  public func allReduce<Element: ReducibleElement>(
    _ value: Element, _ reduction: Reduction
  ) throws(MPIError) -> Element {
    var value = value
    try unsafe withUnsafeMutablePointer(to: &value) { (memory) throws(MPIError) in
      try unsafe allReduce(UnsafeMutableRawPointer(memory), count: 1, of: Element.reductionType, reduction)
    }
    return value
  }

  /// Reduces the elements of all ranks, each with those at its place, on rank `root`.
  ///
  /// Collective.
  ///
  /// - Parameters:
  ///   - elements: The same number on all ranks; replaced by the result on rank `root`, as they were on the
  ///     others.
  ///   - reduction: How.
  ///   - root: The rank that gets the result.
  /// - Throws: As the reduction on all ranks.
  @inlinable
  public func reduce<Element: ReducibleElement>(
    _ elements: inout MutableSpan<Element>, _ reduction: Reduction, on root: Int
  ) throws(MPIError) {
    let count = elements.count
    try unsafe elements.withUnsafeMutableBufferPointer { (memory) throws(MPIError) in
      try unsafe reduce(
        UnsafeMutableRawPointer(memory.baseAddress), count: count, of: Element.reductionType, reduction,
        on: root)
    }
  }

  /// The values of all ranks reduced to one on rank `root`; `nil` on the others.
  ///
  /// Collective.
  ///
  /// - Throws: As the reduction of many elements.
  @inlinable
  public func reduce<Element: ReducibleElement>(
    _ value: Element, _ reduction: Reduction, on root: Int
  ) throws(MPIError) -> Element? {
    var value = value
    try unsafe withUnsafeMutablePointer(to: &value) { (memory) throws(MPIError) in
      try unsafe reduce(
        UnsafeMutableRawPointer(memory), count: 1, of: Element.reductionType, reduction, on: root)
    }
    return rank == root ? value : nil
  }

  @usableFromInline
  func allReduce(
    _ start: UnsafeMutableRawPointer?, count: Int, of type: ReductionType, _ reduction: Reduction
  ) throws(MPIError) {
    try requireMeaning(of: reduction, for: type, "MPI_Iallreduce")
    let number = try collectiveCount(count, "MPI_Iallreduce")
    try unsafe collect(
      .reduce(root: nil, reduction, type, count: number), from: nil, 0, into: start, count * type.byteCount)
  }

  @usableFromInline
  func reduce(
    _ start: UnsafeMutableRawPointer?, count: Int, of type: ReductionType, _ reduction: Reduction,
    on root: Int
  ) throws(MPIError) {
    try requireMeaning(of: reduction, for: type, "MPI_Ireduce")
    let number = try collectiveCount(count, "MPI_Ireduce")
    let owner = try destination(root, "MPI_Ireduce")
    try unsafe collect(
      .reduce(root: owner, reduction, type, count: number), from: nil, 0, into: start,
      count * type.byteCount)
  }

  private func requireMeaning(
    of reduction: Reduction, for type: ReductionType, _ function: StaticString
  ) throws(MPIError) {
    // Not every MPI library looks: MPICH ends the job.
    if reduction.applies(to: type) { return }
    throw error(MPI_ERR_OP, "there is no reduction \(reduction) of elements of type \(type)", Call(function))
  }
}
