public import Strided

/// An exchange of one field that has begun: the split form of `exchange … while`.
///
/// ```swift
/// let flight = try halo.start(&height)
/// let mass = flight.read { height in sum(height) }      // owned cells, while messages travel
/// try flight.wait()
/// ```
///
/// Plan and field belong to it until ``wait()``; neither can be touched, the flight cannot be kept, copied or
/// waited for twice. A flight that goes out of scope waits.
public struct InFlight<Element: ArrayElement, let Rank: Int>: ~Copyable, ~Escapable {
  private let runner: HaloRunner
  private let field: Field<Element, Rank>

  @_lifetime(&plan, &field)
  init<let GridRank: Int>(_ plan: inout HaloPlan<GridRank>, _ field: inout Field<Element, Rank>) {
    runner = plan.runner
    self.field = Field(sharing: field)
  }

  /// Reads the owned cells while messages travel.
  public func read<Result>(_ body: (borrowing Field<Element, Rank>) throws -> Result) rethrows -> Result {
    try body(field)
  }

  /// Lets the messages move on, and unpacks what has arrived; does not wait.
  ///
  /// What fails is thrown by ``wait()``.
  public func progress() { field.progress() }

  /// Ends the exchange: afterwards the halo is filled.
  ///
  /// - Throws: `HaloError` if a message does not come in time or MPI fails.
  public consuming func wait() throws(HaloError) {
    // What is left for the end of this value's life is then nothing.
    try runner.finish()
  }

  deinit {
    runner.finishAfterError()
  }
}

extension HaloPlan {
  /// Begins an exchange of one field, to be ended by `wait()`.
  ///
  /// - Parameters:
  ///   - field: The field of the plan.
  ///   - width: How many points to fill on each side, as for ``exchange(_:width:)``.
  /// - Throws: `HaloError` if the field is not the plan's or MPI fails.
  @_lifetime(&self, &field)
  public mutating func start<Element, let FieldRank: Int>(
    _ field: inout Field<Element, FieldRank>, width: Int? = nil
  ) throws(HaloError) -> InFlight<Element, FieldRank> {
    try runner.begin(try runner.updating(width, writing: false)) { $0.add(field) }
    return InFlight(&self, &field)
  }
}
