public import Memory
public import Strided
public import Timing
public import Topology

// Swift 6.3 parameter packs carry neither noncopyable values nor `inout`, so each verb is written out for one to
// six arguments. What they do alike is in HaloPlan+Flight.swift.

// MARK: - One state

extension HaloPlan {
  /// Builds a plan for fields on a grid; collective over the grid's communicator.
  ///
  /// - Parameters:
  ///   - grid: The grid whose blocks the fields are.
  ///   - stencil: Whether edges and corners of the halo are filled (`.box`) or faces only (`.star`).
  ///   - corners: Whether edges and corners are reached directly, or axis after axis; every order leaves the same
  ///     halo. `.direct` leaves most for messages to do while a kernel computes.
  ///   - route: The way that values take to each peer that can be reached so; `nil` for what the environment variable
  ///     `HALO_ROUTE` names (`window`, `window-packed`, `packed`, `datatype`; for fields on a device `one-shot`,
  ///     `staged`, `direct`, `peer`), or for the one that is fastest for each peer, which is found out by exchanging the
  ///     fields; their halos hold afterwards what they held before.
  ///   - queue: What is given the caller's own work with fields on a device, such as an adopted CUDA stream: what it was
  ///     given before an exchange is done before it, what it is given afterwards is done after it, and the processor
  ///     does not wait for either. `nil` for the device's own queue.
  ///   - timer: Where the time of each phase is counted, as `pack`, `send`, `wrap` (copies within the rank),
  ///     `wait`, `unpack` (copies out of a neighbour's memory too), `interior` and `boundary`, and as `transfer` from
  ///     when all messages are on their way to when the last has come, in which the others may overlap; `nil` reads no
  ///     clock. For fields on a device, `pack`, `send`, `wait` and `transfer` are the processor's time.
  /// - Throws: The same `HaloError` on every rank if a field does not fit the grid, ranks disagree on dtype, halo,
  ///   order or number of fields, fields lie on several devices or some on none, or memory is short. Nothing hangs.
  /// - Complexity: O(3^Rank) links a field, four small reductions, one duplicated communicator; `.measured` adds
  ///   some 40 updates, and measured routes some 10 to 60 with each peer, in 0.04 s or less for boxes not yet met.
  public init<A: ArrayElement>(
    for a: borrowing Field<A, Rank>, on grid: some HaloGrid, stencil: Stencil = .box,
    corners: CornerOrder = .direct, route: HaloRoute? = nil, queue: DeviceQueue? = nil, timer: Timer? = nil
  ) throws(HaloError) {
    var list = FieldList()
    list.add(a)
    try self.init(
      list, on: grid, stencil: stencil, corners: corners, route: route, queue: queue, timer: timer)
  }

  /// Builds a plan for one state; the rank is written out, as in `HaloPlan<3>(for: state, on: grid)`.
  ///
  /// As for fields.
  public init<A: HaloState & ~Copyable>(
    for a: borrowing A, on grid: some HaloGrid, stencil: Stencil = .box, corners: CornerOrder = .direct,
    route: HaloRoute? = nil, queue: DeviceQueue? = nil, timer: Timer? = nil
  ) throws(HaloError) {
    var list = FieldList()
    list.add(a)
    try self.init(
      list, on: grid, stencil: stencil, corners: corners, route: route, queue: queue, timer: timer)
  }

  /// Fills the halo and returns.
  ///
  /// - Parameters:
  ///   - a: The fields of the plan.
  ///   - width: How many points to fill on each side, the nearest ones, where a halo has more; the others stay as they
  ///     were. `nil` fills the whole halo. What a width needs is built by its first exchange, and kept.
  /// - Throws: `HaloError` if a field is not the plan's, a message does not come in time, or MPI fails.
  public mutating func exchange<A: HaloState & ~Copyable>(_ a: inout A, width: Int? = nil) throws(HaloError) {
    try exchange(width, listing: { $0.add(a) })
  }

  /// Fills the halo while `body` reads the owned cells.
  ///
  /// - Throws: What `body` throws, after the exchange has ended, or `HaloError`.
  public mutating func exchange<A: HaloState & ~Copyable, Result>(
    _ a: inout A, width: Int? = nil, while body: (borrowing A) throws -> Result
  ) throws -> Result {
    try exchange(width, listing: { $0.add(a) }) { try body(a) }
  }

  /// Fills the halo while `body` reads the owned cells and writes those that no message carries.
  ///
  /// - Throws: What `body` throws, after the exchange has ended, or `HaloError`.
  public mutating func exchangeInPlace<A: HaloState & ~Copyable, Result>(
    _ a: inout A, width: Int? = nil, while body: (inout A) throws -> Result
  ) throws -> Result {
    try runner.begin(try runner.updating(width, writing: true)) { $0.add(a) }
    let result = try runner.endingFlight { try body(&a) }
    try runner.finishUnmoved { $0.add(a) }
    return result
  }

  /// Calls `kernel` on the interior while messages travel, then on each boundary slab: every owned cell once.
  ///
  /// The interior is what a kernel as wide as the widest halo computes from owned cells alone; a block that has
  /// none is all slabs. The kernel reads the fields and writes others.
  ///
  /// - Throws: What `kernel` throws, after the exchange has ended, or `HaloError`.
  public mutating func update<A: HaloState & ~Copyable>(
    _ a: inout A, width: Int? = nil, cells kernel: (borrowing A, Box<Rank>) throws -> Void
  ) throws {
    try update(width, listing: { $0.add(a) }) { box in try kernel(a, box) }
  }
}

// MARK: - Two states

extension HaloPlan {
  /// Builds a plan for two states that are exchanged together; as for one.
  public init<A: ArrayElement, B: HaloState & ~Copyable>(
    for a: borrowing Field<A, Rank>, _ b: borrowing B, on grid: some HaloGrid, stencil: Stencil = .box,
    corners: CornerOrder = .direct,
    route: HaloRoute? = nil, queue: DeviceQueue? = nil, timer: Timer? = nil
  ) throws(HaloError) {
    var list = FieldList()
    list.add(a, b)
    try self.init(
      list, on: grid, stencil: stencil, corners: corners, route: route, queue: queue, timer: timer)
  }

  /// Builds a plan for two states; the rank is written out, as in `HaloPlan<3>(for: state, on: grid)`.
  ///
  /// As for fields.
  public init<A: HaloState & ~Copyable, B: HaloState & ~Copyable>(
    for a: borrowing A, _ b: borrowing B, on grid: some HaloGrid, stencil: Stencil = .box,
    corners: CornerOrder = .direct, route: HaloRoute? = nil, queue: DeviceQueue? = nil, timer: Timer? = nil
  ) throws(HaloError) {
    var list = FieldList()
    list.add(a, b)
    try self.init(
      list, on: grid, stencil: stencil, corners: corners, route: route, queue: queue, timer: timer)
  }

  /// Fills the halo and returns.
  ///
  /// - Throws: `HaloError` if a field is not the plan's, a message does not come in time, or MPI fails.
  public mutating func exchange<A: HaloState & ~Copyable, B: HaloState & ~Copyable>(
    _ a: inout A, _ b: inout B, width: Int? = nil
  ) throws(HaloError) {
    try exchange(width, listing: { $0.add(a, b) })
  }

  /// Fills the halo while `body` reads the owned cells.
  ///
  /// - Throws: What `body` throws, after the exchange has ended, or `HaloError`.
  public mutating func exchange<A: HaloState & ~Copyable, B: HaloState & ~Copyable, Result>(
    _ a: inout A, _ b: inout B, width: Int? = nil, while body: (borrowing A, borrowing B) throws -> Result
  ) throws -> Result {
    try exchange(width, listing: { $0.add(a, b) }) { try body(a, b) }
  }

  /// Fills the halo while `body` reads the owned cells and writes those that no message carries.
  ///
  /// - Throws: What `body` throws, after the exchange has ended, or `HaloError`.
  public mutating func exchangeInPlace<A: HaloState & ~Copyable, B: HaloState & ~Copyable, Result>(
    _ a: inout A, _ b: inout B, width: Int? = nil, while body: (inout A, inout B) throws -> Result
  ) throws -> Result {
    try runner.begin(try runner.updating(width, writing: true)) { $0.add(a, b) }
    let result = try runner.endingFlight { try body(&a, &b) }
    try runner.finishUnmoved { $0.add(a, b) }
    return result
  }

  /// Calls `kernel` on the interior while messages travel, then on each boundary slab: every owned cell once.
  ///
  /// The interior is what a kernel as wide as the widest halo computes from owned cells alone; a block that has
  /// none is all slabs. The kernel reads the fields and writes others.
  ///
  /// - Throws: What `kernel` throws, after the exchange has ended, or `HaloError`.
  public mutating func update<A: HaloState & ~Copyable, B: HaloState & ~Copyable>(
    _ a: inout A, _ b: inout B, width: Int? = nil,
    cells kernel: (borrowing A, borrowing B, Box<Rank>) throws -> Void
  ) throws {
    try update(width, listing: { $0.add(a, b) }) { box in try kernel(a, b, box) }
  }
}

// MARK: - Three states

extension HaloPlan {
  /// Builds a plan for three states that are exchanged together; as for one.
  public init<A: ArrayElement, B: HaloState & ~Copyable, C: HaloState & ~Copyable>(
    for a: borrowing Field<A, Rank>, _ b: borrowing B, _ c: borrowing C, on grid: some HaloGrid,
    stencil: Stencil = .box, corners: CornerOrder = .direct, route: HaloRoute? = nil,
    queue: DeviceQueue? = nil, timer: Timer? = nil
  ) throws(HaloError) {
    var list = FieldList()
    list.add(a, b, c)
    try self.init(
      list, on: grid, stencil: stencil, corners: corners, route: route, queue: queue, timer: timer)
  }

  /// Builds a plan for three states; the rank is written out, as in `HaloPlan<3>(for: state, on: grid)`.
  ///
  /// As for fields.
  public init<A: HaloState & ~Copyable, B: HaloState & ~Copyable, C: HaloState & ~Copyable>(
    for a: borrowing A, _ b: borrowing B, _ c: borrowing C, on grid: some HaloGrid, stencil: Stencil = .box,
    corners: CornerOrder = .direct,
    route: HaloRoute? = nil, queue: DeviceQueue? = nil, timer: Timer? = nil
  ) throws(HaloError) {
    var list = FieldList()
    list.add(a, b, c)
    try self.init(
      list, on: grid, stencil: stencil, corners: corners, route: route, queue: queue, timer: timer)
  }

  /// Fills the halo and returns.
  ///
  /// - Throws: `HaloError` if a field is not the plan's, a message does not come in time, or MPI fails.
  public mutating func exchange<A: HaloState & ~Copyable, B: HaloState & ~Copyable, C: HaloState & ~Copyable>(
    _ a: inout A, _ b: inout B, _ c: inout C, width: Int? = nil
  ) throws(HaloError) {
    try exchange(width, listing: { $0.add(a, b, c) })
  }

  /// Fills the halo while `body` reads the owned cells.
  ///
  /// - Throws: What `body` throws, after the exchange has ended, or `HaloError`.
  public mutating func exchange<
    A: HaloState & ~Copyable, B: HaloState & ~Copyable, C: HaloState & ~Copyable, Result
  >(
    _ a: inout A, _ b: inout B, _ c: inout C, width: Int? = nil,
    while body: (borrowing A, borrowing B, borrowing C) throws -> Result
  ) throws -> Result {
    try exchange(width, listing: { $0.add(a, b, c) }) { try body(a, b, c) }
  }

  /// Fills the halo while `body` reads the owned cells and writes those that no message carries.
  ///
  /// - Throws: What `body` throws, after the exchange has ended, or `HaloError`.
  public mutating func exchangeInPlace<
    A: HaloState & ~Copyable, B: HaloState & ~Copyable, C: HaloState & ~Copyable, Result
  >(
    _ a: inout A, _ b: inout B, _ c: inout C, width: Int? = nil,
    while body: (inout A, inout B, inout C) throws -> Result
  ) throws -> Result {
    try runner.begin(try runner.updating(width, writing: true)) { $0.add(a, b, c) }
    let result = try runner.endingFlight { try body(&a, &b, &c) }
    try runner.finishUnmoved { $0.add(a, b, c) }
    return result
  }

  /// Calls `kernel` on the interior while messages travel, then on each boundary slab: every owned cell once.
  ///
  /// The interior is what a kernel as wide as the widest halo computes from owned cells alone; a block that has
  /// none is all slabs. The kernel reads the fields and writes others.
  ///
  /// - Throws: What `kernel` throws, after the exchange has ended, or `HaloError`.
  public mutating func update<A: HaloState & ~Copyable, B: HaloState & ~Copyable, C: HaloState & ~Copyable>(
    _ a: inout A, _ b: inout B, _ c: inout C, width: Int? = nil,
    cells kernel: (borrowing A, borrowing B, borrowing C, Box<Rank>) throws -> Void
  ) throws {
    try update(width, listing: { $0.add(a, b, c) }) { box in try kernel(a, b, c, box) }
  }
}

// MARK: - Four states

extension HaloPlan {
  /// Builds a plan for four states that are exchanged together; as for one.
  public init<A: ArrayElement, B: HaloState & ~Copyable, C: HaloState & ~Copyable, D: HaloState & ~Copyable>(
    for a: borrowing Field<A, Rank>, _ b: borrowing B, _ c: borrowing C, _ d: borrowing D,
    on grid: some HaloGrid, stencil: Stencil = .box, corners: CornerOrder = .direct, route: HaloRoute? = nil,
    queue: DeviceQueue? = nil,
    timer: Timer? = nil
  ) throws(HaloError) {
    var list = FieldList()
    list.add(a, b, c, d)
    try self.init(
      list, on: grid, stencil: stencil, corners: corners, route: route, queue: queue, timer: timer)
  }

  /// Builds a plan for four states; the rank is written out, as in `HaloPlan<3>(for: state, on: grid)`.
  ///
  /// As for fields.
  public init<
    A: HaloState & ~Copyable, B: HaloState & ~Copyable, C: HaloState & ~Copyable, D: HaloState & ~Copyable
  >(
    for a: borrowing A, _ b: borrowing B, _ c: borrowing C, _ d: borrowing D, on grid: some HaloGrid,
    stencil: Stencil = .box, corners: CornerOrder = .direct, route: HaloRoute? = nil,
    queue: DeviceQueue? = nil, timer: Timer? = nil
  ) throws(HaloError) {
    var list = FieldList()
    list.add(a, b, c, d)
    try self.init(
      list, on: grid, stencil: stencil, corners: corners, route: route, queue: queue, timer: timer)
  }

  /// Fills the halo and returns.
  ///
  /// - Throws: `HaloError` if a field is not the plan's, a message does not come in time, or MPI fails.
  public mutating func exchange<
    A: HaloState & ~Copyable, B: HaloState & ~Copyable, C: HaloState & ~Copyable, D: HaloState & ~Copyable
  >(_ a: inout A, _ b: inout B, _ c: inout C, _ d: inout D, width: Int? = nil) throws(HaloError) {
    try exchange(width, listing: { $0.add(a, b, c, d) })
  }

  /// Fills the halo while `body` reads the owned cells.
  ///
  /// - Throws: What `body` throws, after the exchange has ended, or `HaloError`.
  public mutating func exchange<
    A: HaloState & ~Copyable, B: HaloState & ~Copyable, C: HaloState & ~Copyable, D: HaloState & ~Copyable,
    Result
  >(
    _ a: inout A, _ b: inout B, _ c: inout C, _ d: inout D, width: Int? = nil,
    while body: (borrowing A, borrowing B, borrowing C, borrowing D) throws -> Result
  ) throws -> Result {
    try exchange(width, listing: { $0.add(a, b, c, d) }) { try body(a, b, c, d) }
  }

  /// Fills the halo while `body` reads the owned cells and writes those that no message carries.
  ///
  /// - Throws: What `body` throws, after the exchange has ended, or `HaloError`.
  public mutating func exchangeInPlace<
    A: HaloState & ~Copyable, B: HaloState & ~Copyable, C: HaloState & ~Copyable, D: HaloState & ~Copyable,
    Result
  >(
    _ a: inout A, _ b: inout B, _ c: inout C, _ d: inout D, width: Int? = nil,
    while body: (inout A, inout B, inout C, inout D) throws -> Result
  ) throws -> Result {
    try runner.begin(try runner.updating(width, writing: true)) { $0.add(a, b, c, d) }
    let result = try runner.endingFlight { try body(&a, &b, &c, &d) }
    try runner.finishUnmoved { $0.add(a, b, c, d) }
    return result
  }

  /// Calls `kernel` on the interior while messages travel, then on each boundary slab: every owned cell once.
  ///
  /// The interior is what a kernel as wide as the widest halo computes from owned cells alone; a block that has
  /// none is all slabs. The kernel reads the fields and writes others.
  ///
  /// - Throws: What `kernel` throws, after the exchange has ended, or `HaloError`.
  public mutating func update<
    A: HaloState & ~Copyable, B: HaloState & ~Copyable, C: HaloState & ~Copyable, D: HaloState & ~Copyable
  >(
    _ a: inout A, _ b: inout B, _ c: inout C, _ d: inout D, width: Int? = nil,
    cells kernel: (borrowing A, borrowing B, borrowing C, borrowing D, Box<Rank>) throws -> Void
  ) throws {
    try update(width, listing: { $0.add(a, b, c, d) }) { box in try kernel(a, b, c, d, box) }
  }
}

// MARK: - Five states

extension HaloPlan {
  /// Builds a plan for five states that are exchanged together; as for one.
  public init<
    A: ArrayElement, B: HaloState & ~Copyable, C: HaloState & ~Copyable, D: HaloState & ~Copyable,
    E: HaloState & ~Copyable
  >(
    for a: borrowing Field<A, Rank>, _ b: borrowing B, _ c: borrowing C, _ d: borrowing D, _ e: borrowing E,
    on grid: some HaloGrid, stencil: Stencil = .box, corners: CornerOrder = .direct, route: HaloRoute? = nil,
    queue: DeviceQueue? = nil,
    timer: Timer? = nil
  ) throws(HaloError) {
    var list = FieldList()
    list.add(a, b, c, d, e)
    try self.init(
      list, on: grid, stencil: stencil, corners: corners, route: route, queue: queue, timer: timer)
  }

  /// Builds a plan for five states; the rank is written out, as in `HaloPlan<3>(for: state, on: grid)`.
  ///
  /// As for fields.
  public init<
    A: HaloState & ~Copyable, B: HaloState & ~Copyable, C: HaloState & ~Copyable, D: HaloState & ~Copyable,
    E: HaloState & ~Copyable
  >(
    for a: borrowing A, _ b: borrowing B, _ c: borrowing C, _ d: borrowing D, _ e: borrowing E,
    on grid: some HaloGrid, stencil: Stencil = .box, corners: CornerOrder = .direct, route: HaloRoute? = nil,
    queue: DeviceQueue? = nil,
    timer: Timer? = nil
  ) throws(HaloError) {
    var list = FieldList()
    list.add(a, b, c, d, e)
    try self.init(
      list, on: grid, stencil: stencil, corners: corners, route: route, queue: queue, timer: timer)
  }

  /// Fills the halo and returns.
  ///
  /// - Throws: `HaloError` if a field is not the plan's, a message does not come in time, or MPI fails.
  public mutating func exchange<
    A: HaloState & ~Copyable, B: HaloState & ~Copyable, C: HaloState & ~Copyable, D: HaloState & ~Copyable,
    E: HaloState & ~Copyable
  >(_ a: inout A, _ b: inout B, _ c: inout C, _ d: inout D, _ e: inout E, width: Int? = nil) throws(HaloError)
  {
    try exchange(width, listing: { $0.add(a, b, c, d, e) })
  }

  /// Fills the halo while `body` reads the owned cells.
  ///
  /// - Throws: What `body` throws, after the exchange has ended, or `HaloError`.
  public mutating func exchange<
    A: HaloState & ~Copyable, B: HaloState & ~Copyable, C: HaloState & ~Copyable, D: HaloState & ~Copyable,
    E: HaloState & ~Copyable, Result
  >(
    _ a: inout A, _ b: inout B, _ c: inout C, _ d: inout D, _ e: inout E, width: Int? = nil,
    while body: (borrowing A, borrowing B, borrowing C, borrowing D, borrowing E) throws -> Result
  ) throws -> Result {
    try exchange(width, listing: { $0.add(a, b, c, d, e) }) { try body(a, b, c, d, e) }
  }

  /// Fills the halo while `body` reads the owned cells and writes those that no message carries.
  ///
  /// - Throws: What `body` throws, after the exchange has ended, or `HaloError`.
  public mutating func exchangeInPlace<
    A: HaloState & ~Copyable, B: HaloState & ~Copyable, C: HaloState & ~Copyable, D: HaloState & ~Copyable,
    E: HaloState & ~Copyable, Result
  >(
    _ a: inout A, _ b: inout B, _ c: inout C, _ d: inout D, _ e: inout E, width: Int? = nil,
    while body: (inout A, inout B, inout C, inout D, inout E) throws -> Result
  ) throws -> Result {
    try runner.begin(try runner.updating(width, writing: true)) { $0.add(a, b, c, d, e) }
    let result = try runner.endingFlight { try body(&a, &b, &c, &d, &e) }
    try runner.finishUnmoved { $0.add(a, b, c, d, e) }
    return result
  }

  /// Calls `kernel` on the interior while messages travel, then on each boundary slab: every owned cell once.
  ///
  /// The interior is what a kernel as wide as the widest halo computes from owned cells alone; a block that has
  /// none is all slabs. The kernel reads the fields and writes others.
  ///
  /// - Throws: What `kernel` throws, after the exchange has ended, or `HaloError`.
  public mutating func update<
    A: HaloState & ~Copyable, B: HaloState & ~Copyable, C: HaloState & ~Copyable, D: HaloState & ~Copyable,
    E: HaloState & ~Copyable
  >(
    _ a: inout A, _ b: inout B, _ c: inout C, _ d: inout D, _ e: inout E, width: Int? = nil,
    cells kernel: (borrowing A, borrowing B, borrowing C, borrowing D, borrowing E, Box<Rank>) throws -> Void
  ) throws {
    try update(width, listing: { $0.add(a, b, c, d, e) }) { box in try kernel(a, b, c, d, e, box) }
  }
}

// MARK: - Six states

extension HaloPlan {
  /// Builds a plan for six states that are exchanged together; as for one.
  public init<
    A: ArrayElement, B: HaloState & ~Copyable, C: HaloState & ~Copyable, D: HaloState & ~Copyable,
    E: HaloState & ~Copyable, F: HaloState & ~Copyable
  >(
    for a: borrowing Field<A, Rank>, _ b: borrowing B, _ c: borrowing C, _ d: borrowing D, _ e: borrowing E,
    _ f: borrowing F, on grid: some HaloGrid, stencil: Stencil = .box, corners: CornerOrder = .direct,
    route: HaloRoute? = nil, queue: DeviceQueue? = nil, timer: Timer? = nil
  ) throws(HaloError) {
    var list = FieldList()
    list.add(a, b, c, d, e, f)
    try self.init(
      list, on: grid, stencil: stencil, corners: corners, route: route, queue: queue, timer: timer)
  }

  /// Builds a plan for six states; the rank is written out, as in `HaloPlan<3>(for: state, on: grid)`.
  ///
  /// As for fields.
  public init<
    A: HaloState & ~Copyable, B: HaloState & ~Copyable, C: HaloState & ~Copyable, D: HaloState & ~Copyable,
    E: HaloState & ~Copyable, F: HaloState & ~Copyable
  >(
    for a: borrowing A, _ b: borrowing B, _ c: borrowing C, _ d: borrowing D, _ e: borrowing E,
    _ f: borrowing F, on grid: some HaloGrid, stencil: Stencil = .box, corners: CornerOrder = .direct,
    route: HaloRoute? = nil, queue: DeviceQueue? = nil, timer: Timer? = nil
  ) throws(HaloError) {
    var list = FieldList()
    list.add(a, b, c, d, e, f)
    try self.init(
      list, on: grid, stencil: stencil, corners: corners, route: route, queue: queue, timer: timer)
  }

  /// Fills the halo and returns.
  ///
  /// - Throws: `HaloError` if a field is not the plan's, a message does not come in time, or MPI fails.
  public mutating func exchange<
    A: HaloState & ~Copyable, B: HaloState & ~Copyable, C: HaloState & ~Copyable, D: HaloState & ~Copyable,
    E: HaloState & ~Copyable, F: HaloState & ~Copyable
  >(_ a: inout A, _ b: inout B, _ c: inout C, _ d: inout D, _ e: inout E, _ f: inout F, width: Int? = nil)
    throws(HaloError)
  {
    try exchange(width, listing: { $0.add(a, b, c, d, e, f) })
  }

  /// Fills the halo while `body` reads the owned cells.
  ///
  /// - Throws: What `body` throws, after the exchange has ended, or `HaloError`.
  public mutating func exchange<
    A: HaloState & ~Copyable, B: HaloState & ~Copyable, C: HaloState & ~Copyable, D: HaloState & ~Copyable,
    E: HaloState & ~Copyable, F: HaloState & ~Copyable, Result
  >(
    _ a: inout A, _ b: inout B, _ c: inout C, _ d: inout D, _ e: inout E, _ f: inout F, width: Int? = nil,
    while body: (borrowing A, borrowing B, borrowing C, borrowing D, borrowing E, borrowing F) throws ->
      Result
  ) throws -> Result {
    try exchange(width, listing: { $0.add(a, b, c, d, e, f) }) { try body(a, b, c, d, e, f) }
  }

  /// Fills the halo while `body` reads the owned cells and writes those that no message carries.
  ///
  /// - Throws: What `body` throws, after the exchange has ended, or `HaloError`.
  public mutating func exchangeInPlace<
    A: HaloState & ~Copyable, B: HaloState & ~Copyable, C: HaloState & ~Copyable, D: HaloState & ~Copyable,
    E: HaloState & ~Copyable, F: HaloState & ~Copyable, Result
  >(
    _ a: inout A, _ b: inout B, _ c: inout C, _ d: inout D, _ e: inout E, _ f: inout F, width: Int? = nil,
    while body: (inout A, inout B, inout C, inout D, inout E, inout F) throws -> Result
  ) throws -> Result {
    try runner.begin(try runner.updating(width, writing: true)) { $0.add(a, b, c, d, e, f) }
    let result = try runner.endingFlight { try body(&a, &b, &c, &d, &e, &f) }
    try runner.finishUnmoved { $0.add(a, b, c, d, e, f) }
    return result
  }

  /// Calls `kernel` on the interior while messages travel, then on each boundary slab: every owned cell once.
  ///
  /// The interior is what a kernel as wide as the widest halo computes from owned cells alone; a block that has
  /// none is all slabs. The kernel reads the fields and writes others.
  ///
  /// - Throws: What `kernel` throws, after the exchange has ended, or `HaloError`.
  public mutating func update<
    A: HaloState & ~Copyable, B: HaloState & ~Copyable, C: HaloState & ~Copyable, D: HaloState & ~Copyable,
    E: HaloState & ~Copyable, F: HaloState & ~Copyable
  >(
    _ a: inout A, _ b: inout B, _ c: inout C, _ d: inout D, _ e: inout E, _ f: inout F, width: Int? = nil,
    cells kernel: (borrowing A, borrowing B, borrowing C, borrowing D, borrowing E, borrowing F, Box<Rank>)
      throws -> Void
  ) throws {
    try update(width, listing: { $0.add(a, b, c, d, e, f) }) { box in try kernel(a, b, c, d, e, f, box) }
  }
}
