public import Strided

extension HaloPlan {
  /// Combines halo cells into their owners: the adjoint of the update.
  ///
  /// Every halo cell that an update fills goes back to the owned cell that would fill it, and is combined with what
  /// that cell and the halos of other ranks hold for it. A finite-element code sums the contributions that its
  /// elements made to points of other ranks so:
  ///
  /// ```swift
  /// residual.fill(residual.allocated, with: 0)
  /// assemble(&residual)                                  // writes owned cells and the halo
  /// try halo.accumulate(&residual, .sum)
  /// ```
  ///
  /// The halo stays as it was: fill it with zeros, or by an update, before the next one. Values come back turned as
  /// they left, and those of a vector's components with their sign. They are combined in a fixed order, first those
  /// of this rank, then by peer: the result does not depend on which message came first. Nothing is allocated but
  /// by the first call with each combination.
  ///
  /// With `.sum`, for fields x and y whose halos are zero where no update fills them, ⟨update(x), y⟩ =
  /// ⟨x, accumulate(y)⟩, where the left product runs over all cells and the right one over the owned ones.
  ///
  /// Cells of fields on a device are combined there, in the same order and to the same bits (of sums that are not a
  /// number, only that they are none): integers of 1 to 8 bytes, float32, float64 and their complex numbers. Those of
  /// plans with fields of other numbers are copied to the processor and back.
  ///
  /// - Parameters:
  ///   - a: The fields of the plan.
  ///   - combination: How two values become one; integers wrap around in sums.
  /// - Throws: `HaloError` if a field is not the plan's, its elements cannot be combined so (complex numbers have
  ///   sums only, truth values and structs have none), a message does not come in time, or MPI fails.
  public mutating func accumulate<A: HaloState & ~Copyable>(
    _ a: inout A, _ combination: Combination
  ) throws(HaloError) {
    try accumulate(combination) { $0.add(a) }
  }

  private func accumulate(
    _ combination: Combination, listing list: (inout FieldList) -> Void
  ) throws(HaloError) {
    try runner.run(try runner.accumulation(combination), listing: list)
  }

  /// Combines the halo cells of two states into their owners; as for one.
  public mutating func accumulate<A: HaloState & ~Copyable, B: HaloState & ~Copyable>(
    _ a: inout A, _ b: inout B, _ combination: Combination
  ) throws(HaloError) {
    try accumulate(combination) { $0.add(a, b) }
  }

  /// Combines the halo cells of three states into their owners; as for one.
  public mutating func accumulate<
    A: HaloState & ~Copyable, B: HaloState & ~Copyable, C: HaloState & ~Copyable
  >(_ a: inout A, _ b: inout B, _ c: inout C, _ combination: Combination) throws(HaloError) {
    try accumulate(combination) { $0.add(a, b, c) }
  }

  /// Combines the halo cells of four states into their owners; as for one.
  public mutating func accumulate<
    A: HaloState & ~Copyable, B: HaloState & ~Copyable, C: HaloState & ~Copyable, D: HaloState & ~Copyable
  >(_ a: inout A, _ b: inout B, _ c: inout C, _ d: inout D, _ combination: Combination) throws(HaloError) {
    try accumulate(combination) { $0.add(a, b, c, d) }
  }

  /// Combines the halo cells of five states into their owners; as for one.
  public mutating func accumulate<
    A: HaloState & ~Copyable, B: HaloState & ~Copyable, C: HaloState & ~Copyable, D: HaloState & ~Copyable,
    E: HaloState & ~Copyable
  >(_ a: inout A, _ b: inout B, _ c: inout C, _ d: inout D, _ e: inout E, _ combination: Combination)
    throws(HaloError)
  {
    try accumulate(combination) { $0.add(a, b, c, d, e) }
  }

  /// Combines the halo cells of six states into their owners; as for one.
  public mutating func accumulate<
    A: HaloState & ~Copyable, B: HaloState & ~Copyable, C: HaloState & ~Copyable, D: HaloState & ~Copyable,
    E: HaloState & ~Copyable, F: HaloState & ~Copyable
  >(
    _ a: inout A, _ b: inout B, _ c: inout C, _ d: inout D, _ e: inout E, _ f: inout F,
    _ combination: Combination
  ) throws(HaloError) {
    try accumulate(combination) { $0.add(a, b, c, d, e, f) }
  }
}
