public import MPI
public import Strided
public import Timing
public import Topology

extension HaloPlan {
  /// Builds a plan for a field whose blocks a list of links connects; collective over the communicator.
  ///
  /// See ``LinkedGrid`` for an example. Several fields take
  /// `on: LinkedGrid(links, axisCount: Rank, over: communicator)`.
  ///
  /// - Parameters:
  ///   - links: The links of this rank's blocks.
  ///   - communicator: The ranks that the links lead to.
  ///   - route: The way that values take to each peer that can be reached so; `nil` for the fastest.
  ///   - queue: What is given the caller's own work with fields on a device; `nil` for the device's own queue.
  ///   - timer: Where the time of each phase is counted; `nil` reads no clock.
  /// - Throws: The same `HaloError` on every rank if a link names no rank, a box lies outside its array, two links
  ///   fill the same cell, the two ends of a link disagree, or memory is short. Nothing hangs.
  public init<A: ArrayElement>(
    for a: borrowing Field<A, Rank>, links: [Link], over communicator: Communicator, route: HaloRoute? = nil,
    queue: DeviceQueue? = nil,
    timer: Timer? = nil
  ) throws(HaloError) {
    try self.init(
      for: a, on: LinkedGrid(links, axisCount: Rank, over: communicator), route: route,
      queue: queue, timer: timer)
  }

  /// Builds a plan for a state whose blocks a list of links connects; collective over the communicator.
  ///
  /// As for a field. A rank with several blocks lists the fields of all of them.
  public init<A: HaloState & ~Copyable>(
    for a: borrowing A, links: [Link], over communicator: Communicator, route: HaloRoute? = nil,
    queue: DeviceQueue? = nil,
    timer: Timer? = nil
  ) throws(HaloError) {
    try self.init(
      for: a, on: LinkedGrid(links, axisCount: Rank, over: communicator), route: route,
      queue: queue, timer: timer)
  }
}
