import MPI
import Memory
import Strided
import Timing

/// Finds out how long the messages between this rank and each of its peers take every way that they can go.
///
/// The fields of the plan are exchanged themselves, since time depends on where they lie; the cells that this fills get
/// back what they held. Each pair of ranks measures alone, in the order of a tournament in which everyone has one
/// opponent a round: the exclusive or of the two ranks is the round's number, so that nobody waits in a circle.
struct RouteMeasurement {
  private let program: any UpdateProgram
  private let communicator: Communicator
  /// Whether the fields may be touched now.
  private let isAllowed: Bool

  /// Nanoseconds for all that one rank measures for one plan.
  private static let budget = 40_000_000
  /// Of each route, twice.
  private static let mostRepetitions = 8
  private static let fewestRepetitions = 2

  /// - Parameter isAllowed: Whether no other exchange of the fields is in flight.
  init(_ program: any UpdateProgram, isAllowed: Bool) {
    self.program = program
    communicator = program.communicator
    self.isAllowed = isAllowed
  }

  /// Measures; collective among ranks that exchange messages.
  func choose(for routes: inout PlannedRoutes) throws(HaloError) {
    let peers = Set(program.lowered.exchanges.map(\.peer))
      .sorted { $0 ^ communicator.rank < $1 ^ communicator.rank }
    guard !peers.isEmpty else { return }
    // Without memory to keep what the cells hold this rank does not measure, and tells its peers so.
    let cells = isAllowed ? program.savedCells() : nil
    do throws(HaloError) {
      for peer in peers {
        guard
          let figures = try figures(of: peer, isAllowed: cells != nil, budget: Self.budget / peers.count)
        else { continue }
        routes.choose(among: figures, for: peer)
      }
    } catch {
      try? cells?.restore()
      throw error
    }
    try cells?.restore()
  }

  /// How long each way to a peer takes, now or when it was last measured; `nil` if it must not be measured, or
  /// there is but one.
  private func figures(
    of peer: Int, isAllowed: Bool, budget: Int
  ) throws(HaloError) -> [PlannedRoutes.Figure]? {
    var possible = HaloRoute.allCases.map { isAllowed && program.canUse($0, to: peer) ? 1.0 : 0.0 }
    try swapWorst(&possible, with: peer, min)
    let routes = zip(HaloRoute.allCases, possible).filter { $0.1 > 0 }.map(\.0)
    guard routes.count > 1 else { return nil }
    let known = RouteMemory.figures(of: program, with: peer, among: routes)
    var areKnown = [known == nil ? 0.0 : 1.0]
    try swapWorst(&areKnown, with: peer, min)
    if let known, areKnown[0] > 0 {
      // Both know boxes like their own, perhaps from plans with others at the other end: they must choose alike.
      var nanoseconds = known.map { Double($0.nanoseconds) }
      try swapWorst(&nanoseconds, with: peer, max)
      return zip(known, nanoseconds).map { .init(route: $0.route, nanoseconds: Int($1)) }
    }
    let measured = try measure(routes, to: peer, budget: budget)
    RouteMemory.remember(measured, of: program, with: peer)
    return measured
  }

  /// How long each way takes the slower of the two ranks.
  private func measure(
    _ routes: [HaloRoute], to peer: Int, budget: Int
  ) throws(HaloError) -> [PlannedRoutes.Figure] {
    try program.setRoute(routes.contains(.packed) ? .packed : routes[0], to: peer)
    // The first exchange makes what the others only use.
    _ = try nanoseconds(of: peer)
    var first = [try nanoseconds(of: peer)]
    try swapWorst(&first, with: peer, max)
    let count = Double(budget) / Double(2 * routes.count) / max(first[0], 1) - 1
    var repetitions = [min(max(count, Double(Self.fewestRepetitions)), Double(Self.mostRepetitions))]
    try swapWorst(&repetitions, with: peer, min)
    var times: [[Double]] = routes.map { _ in [] }
    // There and back again, so that a machine that gets slower meanwhile slows all of them.
    for index in Array(routes.indices) + routes.indices.reversed() {
      try program.setRoute(routes[index], to: peer)
      _ = try nanoseconds(of: peer)
      for _ in 0..<Int(repetitions[0]) { times[index].append(try nanoseconds(of: peer)) }
    }
    var medians = times.map { $0.sorted()[$0.count / 2] }
    try swapWorst(&medians, with: peer, max)
    return zip(routes, medians).map { .init(route: $0, nanoseconds: Int($1)) }
  }

  private func nanoseconds(of peer: Int) throws(HaloError) -> Double {
    let start = Timer.now
    try program.exchange(with: peer)
    return Double(Timer.now - start)
  }

  /// Makes numbers of this rank and of its peer the same, by taking one of each two.
  private func swapWorst(
    _ numbers: inout [Double], with peer: Int, _ pick: (Double, Double) -> Double
  ) throws(HaloError) {
    var theirs = numbers
    let own = numbers
    var span = theirs.mutableSpan
    try unsafe span.withUnsafeMutableBytes { (into) throws(HaloError) in
      try unsafe own.span.withUnsafeBytes { (from) throws(HaloError) in
        try unsafe swap(from, into, with: peer)
      }
    }
    for index in numbers.indices { numbers[index] = pick(numbers[index], theirs[index]) }
  }

  /// Waits no longer for a peer that gives up what it measures with others.
  private func swap(
    _ from: UnsafeRawBufferPointer, _ into: UnsafeMutableRawBufferPointer, with peer: Int
  ) throws(HaloError) {
    var incoming = try HaloError.rethrow { () throws(MPIError) in
      try unsafe communicator.startReceive(
        bytes: into.baseAddress, byteCount: into.count, from: peer, tag: PlanTag.measurement)
    }
    let outgoing = try HaloError.rethrow { () throws(MPIError) in
      try unsafe communicator.startSend(
        bytes: from.baseAddress, byteCount: from.count, to: peer, tag: PlanTag.measurement)
    }
    var patience = Patience(polling: communicator)
    while try !HaloError.rethrow({ () throws(MPIError) in try incoming.isComplete() }) {
      try program.checkPeers()
      if patience.isSpent() { throw .mpi(communicator.timeLimitError(waitingFor: peer)) }
    }
    do throws(MPIError) {
      try incoming.wait()
      try outgoing.wait()
    } catch {
      throw .mpi(error)
    }
  }
}
